package dev.holdfast.loop;

import java.util.Collection;
import java.util.stream.Collectors;

/// Names that users gave, fit for a line of ours: whatever they say, they cannot break it, nor make it too long.
public final class Words {
    private static final int LONGEST = 120; // characters
    private static final int MOST = 10; // names in a row

    private Words() {}

    /// {@return what `thing` is called, in one line of at most 120 characters} Line breaks and other control
    /// characters are written as Java would (`\n`). If its `toString` throws, its class has to do.
    ///
    /// @param thing anybody's
    @SuppressWarnings("CatchThrowable") // a name is not worth an error
    public static String of(Object thing) {
        try {
            return inOneLine(String.valueOf(thing.toString()));
        } catch (Throwable e) {
            return thing.getClass().getName();
        }
    }

    /// {@return what `things` are called, one after the other: `Task[a], Task[b]`} Of more than ten the first ten,
    /// and how many there are besides.
    ///
    /// @param things anybody's
    public static String list(Collection<?> things) {
        var first = things.stream().limit(MOST).map(Words::of).collect(Collectors.joining(", "));
        int others = things.size() - MOST;
        return others > 0 ? first + " and " + others + " more" : first;
    }

    /// {@return so many of them: `1 timer`, `2 timers`}
    ///
    /// @param number how many
    /// @param noun for one
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String inOneLine(String text) {
        var line = new StringBuilder();
        for (int c : text.codePoints().limit(LONGEST + 1).toArray()) {
            if (line.length() >= LONGEST) return line.append('…').toString();
            if (c == '\n') line.append("\\n");
            else if (isBreak(c)) line.append(String.format("\\u%04x", c));
            else line.appendCodePoint(c);
        }
        return line.toString();
    }

    /// Also what would turn the direction of the text after it.
    private static boolean isBreak(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
