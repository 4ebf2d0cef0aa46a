/** Tests of where reads go. */
@NullMarked
package io.hive.proxy.reads;

import org.jspecify.annotations.NullMarked;
