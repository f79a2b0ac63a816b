package io.ruche.embedservice.parse;

import io.ruche.embedservice.parse.wire.Reply;
import io.ruche.embedservice.parse.wire.Wire;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;

/** A parsing process that announces a text of two billion characters. */
public final class PromisingChild {

  private static final int MARK = 0x52754368;

  private PromisingChild() {}

  /** Announces. */
  public static void main(String[] arguments) throws IOException {
    DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
    Wire.write(out, new Reply.Ready());
    DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    long id = Wire.readRequest(in).id();
    out.writeInt(MARK);
    out.writeByte(2);
    out.writeLong(id);
    out.writeLong(0);
    out.writeInt(Integer.MAX_VALUE);
    out.flush();
    Wire.readRequest(in);
  }
}
