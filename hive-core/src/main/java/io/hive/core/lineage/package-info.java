/**
 * Which history of writes a dataset belongs to: replication IDs, offsets on them, and the record of
 * which ID succeeded which.
 *
 * <p>Values only; any thread may use them.
 */
@NullMarked
package io.hive.core.lineage;

import org.jspecify.annotations.NullMarked;
