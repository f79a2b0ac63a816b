package io.ruche.aiproxy.cache.semantic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class VectorsTest {

  @Test
  void reckonsTheCosine() {
    float[] a = Vectors.unit(new float[] {3, 4, 0, 0, 0});
    float[] b = Vectors.unit(new float[] {30, 40, 0, 0, 0});
    float[] c = Vectors.unit(new float[] {0, 0, 0, 0, 7});

    assertEquals(1, Vectors.dot(a, b), 1e-6);
    assertEquals(0, Vectors.dot(a, c), 1e-6);
    assertEquals(0, Vectors.dot(a, new float[] {1, 0}), 0, "of another space");
  }

  @Test
  void takesNoVectorWithoutADirection() {
    assertNull(Vectors.unit(new float[0]));
    assertNull(Vectors.unit(new float[] {0, 0}));
    assertNull(Vectors.unit(new float[] {Float.NaN, 1}));
    assertNull(Vectors.unit(new float[] {Float.POSITIVE_INFINITY}));
  }

  @Test
  void readsWhatItHasWritten() {
    float[] vector = {0.25f, -1e-9f, 3};

    assertArrayEquals(vector, Vectors.read(Vectors.written(vector)));
    assertNull(Vectors.read(""));
    assertNull(Vectors.read("AAA"));
    assertNull(Vectors.read("?!"));
  }

  @Test
  void findsTheNearestAndForgetsTheOldest() {
    Neighbourhood there = new Neighbourhood();
    there.add(
        List.of(
            new Remembered("5-0", "a", new float[] {1, 0}),
            new Remembered("5-1", "b", new float[] {0.8f, 0.6f}),
            new Remembered("10-0", "c", new float[] {0, 1})),
        3);
    // Read twice, as two requests at the same time do.
    there.add(List.of(new Remembered("10-0", "c", new float[] {0, 1})), 3);

    assertEquals("10-0", there.latest());
    assertEquals(
        List.of("a", "b"),
        there.near(new float[] {1, 0}, 0.7).stream().map(Neighbour::answer).toList());
    there.add(List.of(new Remembered("11-0", "d", new float[] {1, 0})), 3);
    assertEquals(
        List.of("d", "b"),
        there.near(new float[] {1, 0}, 0.7).stream().map(Neighbour::answer).toList());
    there.forget("d");
    assertEquals(1, there.near(new float[] {1, 0}, 0.7).size());
  }

  @Test
  void comparesAThousandInAboutAMillisecond() {
    Random random = new Random(1);
    List<Remembered> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(new Remembered(i + "-0", "k" + i, random(random)));
    }
    Neighbourhood there = new Neighbourhood();
    there.add(many, 1_000);
    float[] asked = random(random);
    int found = 0;
    for (int i = 0; i < 300; i++) {
      found += there.near(asked, 0.95).size();
    }
    long began = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      found += there.near(asked, 0.95).size();
    }
    double millis = (System.nanoTime() - began) / 1e8;
    System.out.printf("1,000 vectors of 1,536: %.3f ms%n", millis);
    assertEquals(0, found);
    assertTrue(millis < 100, millis + " ms");
  }

  private static float[] random(Random random) {
    float[] vector = new float[1_536];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return Vectors.unit(vector);
  }
}
