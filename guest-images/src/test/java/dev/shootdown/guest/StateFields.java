package dev.shootdown.guest;

import dev.shootdown.core.state.Derived;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Finds by reflection every place of a machine that can change: fields that are not final, elements of arrays
 * of numbers, contents of collections of values. What is {@link Derived} is left out, with all that only it
 * leads to.
 */
final class StateFields {
    private static final List<String> MACHINE = List.of("dev.shootdown.core.", "dev.shootdown.mmu.",
        "dev.shootdown.apic.");
    /** Values, configuration and decoded code; RAM is judged by tests of its own. */
    private static final List<String> NO_STATE = List.of("dev.shootdown.core.bus.",
        "dev.shootdown.core.boot.", "dev.shootdown.core.decode.", "dev.shootdown.core.cost.",
        "dev.shootdown.core.memory.PhysicalMemory", "dev.shootdown.core.memory.Frame",
        "dev.shootdown.core.machine.PluginRegistry", "dev.shootdown.core.machine.MachineSpec");

    private final Map<String, List<Object>> places = new TreeMap<>();
    private final Map<Object, Boolean> seen = new IdentityHashMap<>();
    private final Deque<Object> waiting = new ArrayDeque<>();

    private StateFields() {
    }

    /** The fields below {@code root} that can change, by class and name, with the objects that have them. */
    static Map<String, List<Object>> below(final Object root) {
        final StateFields fields = new StateFields();
        fields.reach(root);
        while (!fields.waiting.isEmpty()) {
            fields.visit(fields.waiting.remove());
        }
        return fields.places;
    }

    /** The field of a place that {@link #below} has found. */
    static Field field(final String place, final Object owner) {
        Class<?> type = owner.getClass();
        while (!type.getName().equals(place.substring(0, place.indexOf('#')))) {
            type = type.getSuperclass();
        }
        try {
            final Field field = type.getDeclaredField(place.substring(place.indexOf('#') + 1));
            field.setAccessible(true);
            return field;
        } catch (final NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private void reach(final Object object) {
        if (object != null && seen.put(object, true) == null) {
            waiting.add(object);
        }
    }

    private void visit(final Object object) {
        final Class<?> type = object.getClass();
        if (type.isArray()) {
            for (int i = 0; !type.getComponentType().isPrimitive() && i < Array.getLength(object); i++) {
                reach(Array.get(object, i));
            }
        } else if (object instanceof Collection) {
            ((Collection<?>) object).forEach(this::reach);
        } else if (isOfMachine(type)) {
            for (Class<?> at = type; isOfMachine(at); at = at.getSuperclass()) {
                visitFields(object, at);
            }
        }
    }

    private static boolean isOfMachine(final Class<?> type) {
        final String name = type.getName();
        return MACHINE.stream().anyMatch(name::startsWith) && NO_STATE.stream().noneMatch(name::startsWith)
            && !type.isEnum();
    }

    private void visitFields(final Object object, final Class<?> type) {
        for (final Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers()) || field.isAnnotationPresent(Derived.class)) {
                continue;
            }
            field.setAccessible(true);
            final Object value = get(field, object);
            if (canChange(field, value)) {
                places.computeIfAbsent(type.getName() + "#" + field.getName(), name -> new ArrayList<>())
                    .add(object);
            }
            if (!field.getType().isPrimitive()) {
                reach(value);
            }
        }
    }

    /** An array of objects is as its elements are, which are reached and judged by themselves. */
    private static boolean canChange(final Field field, final Object value) {
        Class<?> type = value == null ? field.getType() : value.getClass();
        final boolean array = type.isArray();
        while (type.isArray()) {
            type = type.getComponentType();
        }
        if (array) {
            return type.isPrimitive() || type == String.class;
        }
        if (!Modifier.isFinal(field.getModifiers())) {
            return true;
        }
        final boolean immutable = type.getName().startsWith("java.util.ImmutableCollections");
        return !immutable && (value instanceof Map || value instanceof BitSet
            || value instanceof Collection && holdsValues((Collection<?>) value));
    }

    /** Not objects of the machine, which are reached and judged by themselves. */
    private static boolean holdsValues(final Collection<?> collection) {
        return collection.stream().noneMatch(element -> element != null && !element.getClass().isRecord()
            && !(element instanceof Number) && !(element instanceof String));
    }

    static Object get(final Field field, final Object owner) {
        try {
            return field.get(owner);
        } catch (final IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
