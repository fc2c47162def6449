package dev.shootdown.guest;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Changes what a field holds, in every way that suits its type, and puts it back. */
final class FieldChange {
    private FieldChange() {
    }

    /** One change: done when made, undone by {@link #run}. */
    interface Undo {
        void run() throws ReflectiveOperationException;
    }

    /** Makes a change. */
    interface Change {
        /** @return how to take it back */
        Undo make() throws ReflectiveOperationException;
    }

    /** The changes that {@code field} of {@code owner} allows; none if it holds nothing yet. */
    static List<Change> of(final Field field, final Object owner) {
        final List<Change> changes = new ArrayList<>();
        final Object value = StateFields.get(field, owner);
        if (field.getType().isPrimitive() || field.getType().isEnum()) {
            changes.add(() -> {
                field.set(owner, other(value));
                return () -> field.set(owner, value);
            });
        } else if (value != null && value.getClass().isArray()) {
            elements(changes, value);
        } else if (value instanceof Collection) {
            collection(changes, (Collection<?>) value);
        } else if (value instanceof BitSet bits && !bits.isEmpty()) {
            final int bit = bits.nextSetBit(0);
            changes.add(() -> {
                bits.clear(bit);
                return () -> bits.set(bit);
            });
        } else if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            final Map<Object, Object> copy = new java.util.TreeMap<>(map);
            changes.add(() -> {
                map.clear();
                return () -> map.getClass().getMethod("putAll", Map.class).invoke(map, copy);
            });
        } else if (value != null && !java.lang.reflect.Modifier.isFinal(field.getModifiers())) {
            changes.add(() -> {
                field.set(owner, null);
                return () -> field.set(owner, value);
            });
        }
        return changes;
    }

    private static void elements(final List<Change> changes, final Object array) {
        for (int i = 0; i < Array.getLength(array); i++) {
            final int at = i;
            final Object element = Array.get(array, at);
            if (element != null && element.getClass().isArray()) {
                elements(changes, element);
            } else if (element != null && (array.getClass().getComponentType().isPrimitive()
                    || element instanceof String)) {
                changes.add(() -> {
                    Array.set(array, at, other(element));
                    return () -> Array.set(array, at, element);
                });
            }
        }
    }

    private static void collection(final List<Change> changes, final Collection<?> collection) {
        if (collection.isEmpty()) {
            return;
        }
        final List<Object> copy = new ArrayList<>(collection);
        changes.add(() -> {
            collection.clear();
            final Method addAll = Collection.class.getMethod("addAll", Collection.class);
            return () -> {
                collection.clear();
                addAll.invoke(collection, copy);
            };
        });
    }

    private static Object other(final Object value) {
        if (value instanceof Boolean truth) {
            return !truth;
        }
        if (value instanceof Long number) {
            return ~number;
        }
        if (value instanceof Integer number) {
            return number == 0 ? 1 : number - 1;
        }
        if (value instanceof Short number) {
            return (short) ~number;
        }
        if (value instanceof Byte number) {
            return (byte) ~number;
        }
        if (value instanceof Enum<?> constant) {
            final Object[] all = constant.getDeclaringClass().getEnumConstants();
            return all[(constant.ordinal() + 1) % all.length];
        }
        return value + "'";
    }
}
