package io.ruche.aiproxy.ledger.journal.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Files that are memory: made whole, and given back although their mapping lives. */
final class MappedFile {

  static final int PAGE = 4_096;

  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private MappedFile() {}

  /**
   * Makes a file of zeros, every byte of it allocated on the disk: a mapped write that finds the
   * disk full would end in a fault of the machine. It appears under its name when it is complete.
   */
  static MappedByteBuffer create(Path file, int size, Consumer<MappedByteBuffer> fill)
      throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocateDirect(64 * 1_024);
      for (long at = 0; at < size; at += zeros.limit()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), size - at));
        while (zeros.hasRemaining()) {
          channel.write(zeros, at + zeros.position());
        }
      }
      channel.force(true);
      MappedByteBuffer bytes = map(channel);
      fill.accept(bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return bytes;
    } catch (IOException | RuntimeException failure) {
      Files.deleteIfExists(fresh);
      throw failure;
    }
  }

  static MappedByteBuffer open(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (channel.size() < 4 * PAGE || channel.size() > Integer.MAX_VALUE) {
        throw new IOException(file + " has " + channel.size() + " bytes, which cannot be");
      }
      return map(channel);
    }
  }

  private static MappedByteBuffer map(FileChannel channel) throws IOException {
    MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    return bytes;
  }

  /** Makes a page writable now, with what is in it, so that a later write does not fault. */
  static void touch(ByteBuffer bytes, int at) {
    int aligned = at & -PAGE;
    long there = (long) LONG.getVolatile(bytes, aligned);
    LONG.compareAndSet(bytes, aligned, there, there);
  }

  /** Deletes a file and gives its space back at once: a mapping lives until it is collected. */
  static void discard(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
