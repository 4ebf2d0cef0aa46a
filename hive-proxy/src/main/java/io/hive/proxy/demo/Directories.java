package io.hive.proxy.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** What files and folders need here. Any thread. */
final class Directories {
    private Directories() {}

    /** Removes a folder and all in it, as far as it lets itself be removed. */
    static void delete(Path directory) {
        clear(directory);
        try {
            Files.deleteIfExists(directory);
        } catch (IOException _) {
            // What is left over lies in the folder for temporary files, which the system empties.
        }
    }

    /** Removes all that is in a folder, as far as it lets itself be removed. */
    static void clear(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try {
            Files.walkFileTree(
                    directory,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes about)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException failure) {
                            // A redis-server renames its temporary dumps while it is being stopped.
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path folder, @Nullable IOException failure) throws IOException {
                            if (!folder.equals(directory)) {
                                Files.deleteIfExists(folder);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException _) {
            // As above: best effort.
        }
    }
}
