package dev.holdfast.inspect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A block with its tasks, or a limit around a body, as it stood when somebody looked.
///
/// @param name kind and owner: `TaskScope[main]`, `limit of Task[main], 3 s`
/// @param cancelled the reason for which it was cancelled; null if it was not, or only with what is around it
/// @param inside what stands in it
/// @param hidden how many tasks stand in it that were not looked at
public record ScopeInfo(String name, @Nullable String cancelled, List<Branch> inside, int hidden) implements Branch {
    /// Keeps copies.
    public ScopeInfo {
        inside = List.copyOf(inside);
    }
}
