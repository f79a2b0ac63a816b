package io.ruche.embedservice.parse;

import io.ruche.embedservice.parse.wire.Reply;
import io.ruche.embedservice.parse.wire.Wire;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** A parsing process that takes files and never answers; nor does it end with its input. */
public final class HangingChild {

  private HangingChild() {}

  /** Hangs. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Wire.write(new DataOutputStream(new FileOutputStream(FileDescriptor.out)), new Reply.Ready());
    new CountDownLatch(1).await();
  }
}
