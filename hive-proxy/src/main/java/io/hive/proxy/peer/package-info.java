/**
 * The mesh: one authenticated connection to each of the other sidecars.
 *
 * <p>{@link io.hive.proxy.peer.PeerMesh} is what the rest of the sidecar sees; any thread may call
 * it. Everything behind it runs on one event loop, so that the order of events per peer is the
 * order in which they happened and nothing needs a lock.
 *
 * <p>How two sidecars meet: each dials each. The dialler sends a hello (cluster, identity, boot,
 * nonce), the other answers with its own; then the dialler proves that it knows a secret, and only
 * then does the other. The side with the smaller identity looks at what connections there are and
 * says "go" on the one that stays; the other waits for that word. One side decides, so two
 * connections made at the same moment need no tie-break, and nobody ever sees one of them come and
 * go. From the "go" on, each frame carries a code over its direction, its number and its bytes.
 *
 * <p>Frames are not encrypted: who can read the pod network can read what peers tell each other,
 * but cannot take part, change, repeat or reorder it.
 */
@NullMarked
package io.hive.proxy.peer;

import org.jspecify.annotations.NullMarked;
