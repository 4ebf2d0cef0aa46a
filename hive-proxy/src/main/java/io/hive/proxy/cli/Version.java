package io.hive.proxy.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar's manifest. */
public final class Version implements IVersionProvider {
    /** For picocli. */
    public Version() {}

    /** The version alone. */
    public static String number() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(from classes)" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"hive " + number()};
    }
}
