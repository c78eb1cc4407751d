package dev.holdfast.loop;

/// Says of the jar or folder it lies in that what stands there is no user's code but a library built on this one,
/// so that an [Origin] is looked for further out. Found by [java.util.ServiceLoader], next to the library itself.
public interface Library {}
