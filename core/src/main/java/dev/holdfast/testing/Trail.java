package dev.holdfast.testing;

import java.util.ArrayList;
import java.util.List;

/// What happened, in the order in which it happened.
///
/// ```
/// trail.mark("a");
/// trail.mark("b");
/// trail.expect("a", "b");
/// ```
public final class Trail {
    private final List<String> marks = new ArrayList<>();

    /// An empty trail.
    public Trail() {}

    /// Notes that `text` happened.
    ///
    /// @param text what a later [#expect] compares
    public void mark(String text) {
        marks.add(text);
    }

    /// {@return what was noted since the last [#expect]}
    public List<String> marks() {
        return List.copyOf(marks);
    }

    /// Checks that exactly `texts` were noted, in this order, and forgets them.
    ///
    /// @param texts none at all means that nothing happened
    /// @throws AssertionError if something else was
    public void expect(String... texts) {
        if (!marks.equals(List.of(texts))) throw new AssertionError("expected " + List.of(texts) + " but was " + marks);
        marks.clear();
    }

    /// {@return what was noted}
    @Override
    public String toString() {
        return marks.toString();
    }
}
