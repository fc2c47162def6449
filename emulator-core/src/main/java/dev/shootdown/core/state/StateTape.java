package dev.shootdown.core.state;

import java.util.Arrays;

/**
 * State in memory: written once, then read as often as forks are wanted. The tags are kept as references, so
 * that comparing them while reading costs next to nothing. Equal state gives equal tapes.
 */
public final class StateTape {
    private static final int FIRST_CAPACITY = 1 << 10;
    private String[] tags = new String[FIRST_CAPACITY];
    private int tagCount;
    private long[] numbers = new long[FIRST_CAPACITY];
    private int numberCount;
    private Object[] objects = new Object[FIRST_CAPACITY >> 2];
    private int objectCount;

    /** What {@code source} saves. */
    public static StateTape of(final Stateful source) {
        final StateTape tape = new StateTape();
        source.transfer(new Writer(tape));
        return tape;
    }

    /** Gives {@code target}, made as the source was, what is on the tape. */
    public void restore(final Stateful target) {
        final Reader reader = new Reader(this);
        target.transfer(reader);
        if (reader.tag != tagCount) {
            throw new StateException(reader.position() + ": found " + tags[reader.tag]
                + ", expected the end");
        }
    }

    /** Whether the two hold the same state. */
    public boolean holdsSameAs(final StateTape other) {
        return firstDifference(other).isEmpty();
    }

    /** Where this and {@code other} begin to differ, in words; empty if they do not. */
    public String firstDifference(final StateTape other) {
        final int tag = Arrays.mismatch(tags, 0, tagCount, other.tags, 0, other.tagCount);
        if (tag >= 0) {
            return "tag " + tag + ": " + (tag < tagCount ? tags[tag] : "the end") + " and "
                + (tag < other.tagCount ? other.tags[tag] : "the end");
        }
        final int number = Arrays.mismatch(numbers, 0, numberCount, other.numbers, 0, other.numberCount);
        if (number >= 0) {
            return "number " + number;
        }
        for (int i = 0; i < objectCount; i++) {
            if (!Arrays.deepEquals(new Object[] {objects[i]}, new Object[] {other.objects[i]})) {
                return "array or text " + i;
            }
        }
        return "";
    }

    /** About how many bytes it holds. */
    public long bytes() {
        long bytes = (long) Long.BYTES * numberCount + (long) Integer.BYTES * tagCount;
        for (int i = 0; i < objectCount; i++) {
            if (objects[i] instanceof long[] longs) {
                bytes += (long) Long.BYTES * longs.length;
            } else if (objects[i] instanceof int[] ints) {
                bytes += (long) Integer.BYTES * ints.length;
            } else if (objects[i] instanceof byte[] array) {
                bytes += array.length;
            }
        }
        return bytes;
    }

    private void tag(final String tag) {
        if (tagCount == tags.length) {
            tags = Arrays.copyOf(tags, 2 * tagCount);
        }
        tags[tagCount++] = tag;
    }

    private void number(final long number) {
        if (numberCount == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * numberCount);
        }
        numbers[numberCount++] = number;
    }

    private void object(final Object object) {
        if (objectCount == objects.length) {
            objects = Arrays.copyOf(objects, 2 * objectCount);
        }
        objects[objectCount++] = object;
    }

    private static final class Writer implements StateStream {
        private final StateTape tape;

        Writer(final StateTape tape) {
            this.tape = tape;
        }

        @Override
        public boolean isRestoring() {
            return false;
        }

        @Override
        public void section(final String tag, final int index) {
            value(tag, index);
        }

        @Override
        public long value(final String tag, final long value) {
            tape.tag(tag);
            tape.number(value);
            return value;
        }

        @Override
        public void values(final String tag, final long[] values) {
            keep(tag, values.clone());
        }

        @Override
        public void values(final String tag, final int[] values) {
            keep(tag, values.clone());
        }

        @Override
        public void values(final String tag, final short[] values) {
            keep(tag, values.clone());
        }

        @Override
        public void values(final String tag, final byte[] values) {
            keep(tag, values.clone());
        }

        @Override
        public long[] list(final String tag, final long[] values) {
            keep(tag, values.clone());
            return values;
        }

        @Override
        public String text(final String tag, final String value) {
            keep(tag, value);
            return value;
        }

        private void keep(final String tag, final Object object) {
            tape.tag(tag);
            tape.object(object);
        }

        @Override
        public String position() {
            return "tape, tag " + tape.tagCount;
        }
    }

    private static final class Reader implements StateStream {
        private final StateTape tape;
        private int tag;
        private int number;
        private int object;

        Reader(final StateTape tape) {
            this.tape = tape;
        }

        @Override
        public boolean isRestoring() {
            return true;
        }

        @Override
        public void section(final String name, final int index) {
            same(name, index);
        }

        @Override
        public long value(final String name, final long value) {
            expect(name);
            return tape.numbers[number++];
        }

        @Override
        public void values(final String name, final long[] values) {
            final long[] saved = next(name, long[].class);
            checkLength(name, saved.length, values.length);
            System.arraycopy(saved, 0, values, 0, values.length);
        }

        @Override
        public void values(final String name, final int[] values) {
            final int[] saved = next(name, int[].class);
            checkLength(name, saved.length, values.length);
            System.arraycopy(saved, 0, values, 0, values.length);
        }

        @Override
        public void values(final String name, final short[] values) {
            final short[] saved = next(name, short[].class);
            checkLength(name, saved.length, values.length);
            System.arraycopy(saved, 0, values, 0, values.length);
        }

        @Override
        public void values(final String name, final byte[] values) {
            final byte[] saved = next(name, byte[].class);
            checkLength(name, saved.length, values.length);
            System.arraycopy(saved, 0, values, 0, values.length);
        }

        @Override
        public long[] list(final String name, final long[] values) {
            return next(name, long[].class).clone();
        }

        @Override
        public String text(final String name, final String value) {
            return next(name, String.class);
        }

        private <T> T next(final String name, final Class<T> type) {
            expect(name);
            return type.cast(tape.objects[object++]);
        }

        private void expect(final String name) {
            final String found = tag < tape.tagCount ? tape.tags[tag] : "the end";
            if (!found.equals(name)) {
                throw new StateException(position() + ": found " + found + ", expected " + name);
            }
            tag++;
        }

        private void checkLength(final String name, final int saved, final int wanted) {
            if (saved != wanted) {
                throw new StateException(position() + ": found " + name + " of length " + saved
                    + ", expected length " + wanted);
            }
        }

        @Override
        public String position() {
            return "tape, tag " + tag;
        }
    }
}
