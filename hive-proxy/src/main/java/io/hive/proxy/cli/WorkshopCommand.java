package io.hive.proxy.cli;

/**
 * A command that is not for production: found as a service, so that the image can leave it out with
 * all that it needs. Annotated as a picocli command; made by its constructor without parameters.
 */
public interface WorkshopCommand {}
