package dev.holdfast.inspect;

/// What JMX sees of the [Inspector], as `dev.holdfast:type=Inspector`.
public interface InspectorMXBean {
    /// {@return all loops of this JVM and what stands in them, in lines: see [TaskTree]}
    String dump();
}
