package io.hive.proxy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusJsonTest {
    private static final String THREE_NODES =
            """
            {"self":"10.0.0.1:3000","cluster":"default","state":"LEADING","leader":"10.0.0.1:3000",
            "epoch":7,"master":{"host":"10.0.0.1","port":6379},
            "members":[{"address":"10.0.0.1:3000","state":"LEADING","since":"2026-01-01T00:00:00Z",
            "lastHeardMillis":0,"redis":{"host":"10.0.0.1","port":6379,"role":"master","link":"up",
            "offset":1234,"lagBytes":0,"loading":false,"replicationId":"abc","keys":10}},
            {"address":"10.0.0.2:3000","state":"FOLLOWING","since":"2026-01-01T00:00:03Z",
            "lastHeardMillis":120,"redis":{"host":"10.0.0.9","port":6380,"role":"replica",
            "link":"sync","offset":1200,"lagBytes":null,"loading":true,"replicationId":null,
            "keys":9}},{"address":"10.0.0.3:3000","state":"NOT_READY","since":null,
            "lastHeardMillis":null,"redis":null}],
            "relay":{"clients":3,"lanes":1,"pinned":2,"parked":4},
            "history":[{"at":"2026-01-01T00:00:00Z","from":null,"to":"10.0.0.1:3000",
            "reason":"the only \\"candidate\\"","epoch":7,"lostBytes":5},
            {"at":"2026-01-01T00:00:00Z","from":"10.0.0.1:3000","to":"10.0.0.1:3000",
            "reason":"set aside","epoch":7,"lostBytes":60,"dropped":{"by":"10.0.0.2:3000",
            "keys":30,"writes":null,"bytes":60,"file":"kept.rdb"}}],"waitingFor":"",
            "salvage":{"directory":"/salvage","files":1,"failures":2,"lastFile":"kept.rdb",
            "lastFailure":null},"reads":{"port":7001,"servedBy":"local","redis":"10.0.0.1:6379",
            "lagMillis":400,"reason":"in sync","clients":5,"parked":0}}
            """
                    .replace("\n", "");

    @Test
    void isTheOneOfTheContract() {
        assertThat(StatusJson.write(Statuses.threeNodes())).isEqualTo(THREE_NODES);
    }

    @Test
    void isReadAgain() {
        assertThat(StatusJson.read(THREE_NODES)).isEqualTo(Statuses.threeNodes());
        assertThat(StatusJson.read(StatusJson.write(Statuses.leaderless())))
                .isEqualTo(Statuses.leaderless());
    }

    @Test
    void whatOthersRelaysDoAndWhyTheLeaderLeadsIsReadAgain() {
        Status told = Statuses.told();
        String json = StatusJson.write(told);
        assertThat(json)
                .contains(
                        "\"vitals\":{\"clients\":7,\"parked\":1,\"commandsPerSecond\":2000,"
                                + "\"medianMicros\":150,\"p99Micros\":900,\"adminPort\":8080}",
                        "\"reign\":{\"since\":\"2026-01-01T00:00:00Z\",\"cause\":\"handover\"}",
                        "\"lostBytes\":0,\"cause\":\"lost\"");
        assertThat(StatusJson.read(json)).isEqualTo(told);
        assertThat(StatusJson.writeState(told)).doesNotContain("history").contains("reign");
        assertThat(StatusJson.writeHistory(told)).startsWith("[{\"at\":").endsWith("]");
    }

    @Test
    void aLaterVersionMaySayMore() {
        String more =
                THREE_NODES
                        .replace(
                                "\"epoch\":7,\"master\"",
                                "\"new\":[1.5,{\"a\":true}],\"epoch\":7,\"master\"")
                        .replace(",\"waitingFor\":\"\"", "");
        assertThat(more).isNotEqualTo(THREE_NODES);
        assertThat(StatusJson.read(more)).isEqualTo(Statuses.threeNodes());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "[]",
                "{}",
                "{\"self\":1}",
                "{\"self\":\"10.0.0.1:3000\"}",
                "{\"self\":\"10.0.0.1:3000\",\"cluster\":\"c\",\"state\":\"ODD\"}",
                "{\"self\":",
                "[[[[[[[[[[[[[[[[[[[[[[",
            })
    void whatIsNoStatusIsRejected(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read(text));
    }

    @Test
    void trailingTextIsRejected() {
        assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read(THREE_NODES + "x"));
        assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read(THREE_NODES + "{}"));
    }

    @Test
    void deepNestingIsRejected() {
        String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThatIllegalArgumentException().isThrownBy(() -> StatusJson.read(deep));
    }
}
