package dev.holdfast.build;

import dev.holdfast.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A module as this build compiled it: what the tests of this package look at, and those of its like in other
/// modules.
///
/// @param folder where its classes stand, whichever build is running
public record Built(Path folder) {
    static final Built CORE = with(Clock.class);

    /// Returns the module that `type` was compiled with.
    public static Built with(Class<?> type) {
        try {
            return new Built(Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI()));
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    public List<ClassModel> classes() {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith("module-info.class"))
                    .sorted()
                    .map(Built::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ModuleDescriptor module() {
        try (var in = Files.newInputStream(folder.resolve("module-info.class"))) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
