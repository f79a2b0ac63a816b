package io.ruche.standalone.doctor.production;

import com.fasterxml.jackson.databind.JsonNode;
import io.ruche.standalone.doctor.Check;
import io.ruche.standalone.doctor.Finding;
import io.ruche.standalone.doctor.Programs;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Memory, disk, the kernel's promise of memory, and the clock. */
final class ServerCheck implements Check {

  /** A machine that is sold with 2 GB tells somewhat less. */
  private static final long LEAST_MEMORY = 1_800_000_000L;

  private static final double LEAST_FREE = 0.05;
  private static final double LEAST_DISK = 0.10;
  private static final long LEAST_DISK_BYTES = 5_000_000_000L;

  private final Stack stack;
  private final Path root;
  private final Programs programs;
  private final Disk disk;

  ServerCheck(Stack stack, Path root, Programs programs, Disk disk) {
    this.stack = stack;
    this.root = root;
    this.programs = programs;
    this.disk = disk;
  }

  /** Tells the space of the file system that a folder is on. */
  interface Disk {
    Space space(Path folder) throws IOException;
  }

  /**
   * A file system.
   *
   * @param name tells it from others
   */
  record Space(String name, long total, long free) {

    static Space of(Path folder) throws IOException {
      FileStore store = Files.getFileStore(folder);
      return new Space(store.toString(), store.getTotalSpace(), store.getUsableSpace());
    }
  }

  @Override
  public String part() {
    return "memory, disk and clock";
  }

  @Override
  public List<Finding> look() throws IOException {
    List<Finding> found = new ArrayList<>();
    overcommit(found);
    Map<String, Long> memory = memory(found);
    Set<String> disks = new LinkedHashSet<>();
    disk(stack.folder(), disks, found);
    clock(found);
    try {
      ofTheEngine(memory, disks, found);
    } catch (IOException failure) {
      found.add(Finding.unlooked(part(), failure));
    }
    if (Files.exists(root.resolve("var/run/reboot-required"))) {
      found.add(
          Finding.advice(
              "server.reboot",
              "this server",
              "It runs a kernel or libraries that an update has replaced.",
              "Reboot it: the stack comes up by itself."));
    }
    return found;
  }

  private void overcommit(List<Finding> found) throws IOException {
    String value = Files.readString(root.resolve("proc/sys/vm/overcommit_memory")).strip();
    if (!value.equals("1")) {
      found.add(
          Finding.problem(
              "server.overcommit",
              "vm.overcommit_memory",
              "It is " + value + ": Redis may fail to rewrite its file when memory is short.",
              "host/harden.sh, or sysctl -w vm.overcommit_memory=1 and the same in"
                  + " /etc/sysctl.d/60-ruche.conf"));
    }
  }

  private Map<String, Long> memory(List<Finding> found) throws IOException {
    Map<String, Long> bytes = new HashMap<>();
    for (String line : Files.readAllLines(root.resolve("proc/meminfo"))) {
      String[] words = line.split("[: ]+", -1);
      if (words.length > 1 && words[1].matches("\\d+")) {
        bytes.put(words[0], Long.parseLong(words[1]) * 1024);
      }
    }
    long total = bytes.getOrDefault("MemTotal", 0L);
    long available = bytes.getOrDefault("MemAvailable", total);
    if (total < LEAST_MEMORY) {
      found.add(
          Finding.problem(
              "server.memory",
              "memory",
              "The machine has %.1f GB; the core needs 2.".formatted(total / 1e9),
              "Take a larger one, or leave parts out: docs/deployment.md, What it takes."));
    }
    if (available < total * LEAST_FREE) {
      found.add(
          Finding.problem(
              "server.memory-used",
              "memory",
              "%.0f MB of it are left.".formatted(available / 1e6),
              "docker stats tells who has it; the sizes are in .env."));
    }
    return bytes;
  }

  /** What only the engine tells: its folder's disk, and the memory that its containers may take. */
  private void ofTheEngine(Map<String, Long> bytes, Set<String> disks, List<Finding> found)
      throws IOException {
    String root = programs.ask(stack.folder(), "docker", "info", "--format", "{{.DockerRootDir}}");
    disk(Path.of(root), disks, found);
    long total = bytes.getOrDefault("MemTotal", 0L);
    long promised = 0;
    for (JsonNode container : stack.containers()) {
      if (container.path("State").path("Running").asBoolean()) {
        promised += container.path("HostConfig").path("Memory").asLong();
      }
    }
    long there = total + bytes.getOrDefault("SwapTotal", 0L);
    if (promised > there) {
      found.add(
          Finding.advice(
              "server.memory-promised",
              "memory",
              "Containers may take %.1f GB together, and there are %.1f GB with the swap."
                  .formatted(promised / 1e9, there / 1e9),
              "Add swap or memory, or lower sizes in .env."));
    }
  }

  private void disk(Path folder, Set<String> seen, List<Finding> found) {
    try {
      Space space = disk.space(folder);
      if (seen.add(space.name())
          && (space.free() < space.total() * LEAST_DISK || space.free() < LEAST_DISK_BYTES)) {
        found.add(
            Finding.problem(
                "server.disk",
                folder.toString(),
                "%.1f GB of %.1f GB are free; a full disk stops the bus."
                    .formatted(space.free() / 1e9, space.total() / 1e9),
                "docker system df and du -xh tell what takes it; docker image prune."));
      }
    } catch (IOException hidden) {
      found.add(
          Finding.unknown(
              "server.disk-unknown",
              folder.toString(),
              "Its disk cannot be looked at.",
              "Run this on the engine's machine, as root."));
    }
  }

  private void clock(List<Finding> found) {
    try {
      String synced =
          programs.ask(
              stack.folder(), "timedatectl", "show", "--property=NTPSynchronized", "--value");
      if (!synced.equals("yes")) {
        found.add(
            Finding.problem(
                "server.clock",
                "clock",
                "It is not in step with others: limits, expiry and certificates go by it.",
                "apt-get install systemd-timesyncd && timedatectl set-ntp true"));
      }
    } catch (IOException failure) {
      found.add(
          Finding.unknown(
              "server.clock-unknown",
              "clock",
              "Whether it is in step cannot be told: " + failure.getMessage(),
              "See to it that chrony or systemd-timesyncd runs."));
    }
  }
}
