package dev.holdfast.net.stream;

/// Bytes as people read them in a message: `"GET / HTTP/1.1\r\n"`.
public final class Excerpt {
    private static final int LONGEST = 20;

    private Excerpt() {}

    /// {@return `bytes` in quotes; of many, the first}
    ///
    /// @param bytes anything
    public static String of(byte[] bytes) {
        var text = new StringBuilder("\"");
        for (int i = 0; i < Math.min(bytes.length, LONGEST); i++) text.append(inWords(bytes[i]));
        return text.append(bytes.length > LONGEST ? "\"…" : "\"").toString();
    }

    private static String inWords(byte value) {
        return switch (value) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '"', '\\' -> "\\" + (char) value;
            default -> value >= ' ' && value < 127 ? "" + (char) value : String.format("\\x%02x", value);
        };
    }
}
