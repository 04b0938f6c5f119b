package io.peregrine.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import io.peregrine.io.Connection;
import io.peregrine.testkit.leak.LeakCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A session goes from one keyspace to another, and all its connections with it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class KeyspaceSwitchTest {
  @Test
  void changeThatIsDoneLeavesNothingBehind() {
    try (PoolScene scene = new PoolScene(1)) {
      SessionPool<Connection> pool = scene.open(PoolScene.ONE_EACH);
      int before = scene.conductor.ended().getNumberOfDependents();
      for (int i = 0; i < 10; i++) {
        scene.await(pool.useKeyspace("ks" + i));
      }
      assertThat(scene.conductor.ended().getNumberOfDependents()).isEqualTo(before);
      assertThat(pool.isKeyspaceSettled()).isTrue();
    }
  }
}
