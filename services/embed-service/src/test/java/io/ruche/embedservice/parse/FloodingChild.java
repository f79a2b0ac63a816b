package io.ruche.embedservice.parse;

import io.ruche.embedservice.parse.wire.Reply;
import io.ruche.embedservice.parse.wire.Wire;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** A parsing process that says, without end, what is not of the protocol. */
public final class FloodingChild {

  private FloodingChild() {}

  /** Floods. */
  public static void main(String[] arguments) throws IOException {
    DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
    Wire.write(out, new Reply.Ready());
    byte[] flood = new byte[1 << 16];
    Arrays.fill(flood, (byte) 'x');
    while (true) {
      out.write(flood);
    }
  }
}
