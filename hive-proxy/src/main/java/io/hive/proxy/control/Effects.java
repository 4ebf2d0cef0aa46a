package io.hive.proxy.control;

import io.hive.core.leader.Leadership;
import io.hive.core.message.HandoffResult;
import io.hive.election.Decision;
import io.hive.election.Effect;
import io.hive.election.Input;
import io.hive.proxy.peer.PeerMesh;
import io.hive.proxy.redis.LocalRedis;
import io.hive.proxy.route.RouteTable;
import java.util.function.Consumer;

/** Carries out what the election wants, by handing it to the part that can. Control thread only. */
public final class Effects implements Consumer<Effect> {
    private final RouteTable routes;
    private final PeerMesh mesh;
    private final LocalRedis redis;
    private final Consumer<Decision> decisions;
    private final Consumer<Input> inputs;
    private final Handoffs handoffs;

    /**
     * Ties the parts together.
     *
     * @param decisions told each decision, in order
     * @param inputs what the parts tell the election later
     * @param handoffs who waits for a planned change of master
     */
    public Effects(
            RouteTable routes,
            PeerMesh mesh,
            LocalRedis redis,
            Consumer<Decision> decisions,
            Consumer<Input> inputs,
            Handoffs handoffs) {
        this.routes = routes;
        this.mesh = mesh;
        this.redis = redis;
        this.decisions = decisions;
        this.inputs = inputs;
        this.handoffs = handoffs;
    }

    @Override
    public void accept(Effect effect) {
        switch (effect) {
            case Effect.HoldRoute(Leadership next) ->
                    routes.hold(() -> inputs.accept(new Input.RouteHeld(next)));
            case Effect.HandoffEnded(long request, HandoffResult result) ->
                    handoffs.ended(request, result);
            case Effect.CloseRoute(String reason) -> routes.close(reason);
            case Effect.OpenRoute open ->
                    routes.open(open.leadership(), open.master(), open.leaseNanos());
            case Effect.RenewRoute renew -> routes.renew(renew.leadership(), renew.leaseNanos());
            case Effect.Send send -> mesh.send(send.to(), send.message());
            case Effect.Report(Decision decision) -> decisions.accept(decision);
            case Effect.Operation operation -> redis.execute(operation);
        }
    }
}
