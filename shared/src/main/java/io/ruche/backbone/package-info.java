/** What every service of a process stands on, wired once: configuration, keys, bus, servers. */
@org.jspecify.annotations.NullMarked
package io.ruche.backbone;
