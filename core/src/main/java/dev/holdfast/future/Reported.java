package dev.holdfast.future;

/// An error that was reported when it happened: if nobody looks at a future that failed with it, that is no news
/// (rule 15).
public interface Reported {}
