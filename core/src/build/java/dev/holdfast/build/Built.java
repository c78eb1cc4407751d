package dev.holdfast.build;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The module under test, as this build compiled it: what the tests of this package look at. Each module compiles
/// this file and [ApiTest] along with its own tests.
final class Built {
    private static final String DESCRIPTOR = "module-info.class";

    private Built() {}

    /// Returns the folder that it was compiled to, whichever build is running: the first on the class path that is a
    /// module.
    static Path folder() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> Files.exists(path.resolve(DESCRIPTOR)))
                .findFirst()
                .orElseThrow();
    }

    static List<ClassModel> classes() {
        try (var files = Files.walk(folder())) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.endsWith(DESCRIPTOR))
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

    static ModuleDescriptor module() {
        try (var in = Files.newInputStream(folder().resolve(DESCRIPTOR))) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
