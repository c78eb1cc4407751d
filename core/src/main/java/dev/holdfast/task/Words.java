package dev.holdfast.task;

/// Names that users gave, fit for a line of ours: whatever they say, they cannot break it.
public final class Words {
    private static final int LONGEST = 120; // characters

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
