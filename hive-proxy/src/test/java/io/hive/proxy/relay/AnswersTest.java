package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final List<Answer> COUNTED =
            List.of(Answer.FROM_MASTER, Answer.REFUSED_SYNC, Answer.NO_MASTER);

    private final Answers answers = new Answers();

    @Test
    void givesWhatWasAddedInOrder() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Deque<Answer> expected = new ArrayDeque<>();
        for (int step = 0; step < 100_000; step++) {
            // More in than out for a while, then the other way round, so that the ring turns.
            boolean add = random.nextInt(100) < (step / 1000 % 2 == 0 ? 60 : 40);
            if (add) {
                Answer answer = COUNTED.get(random.nextInt(COUNTED.size()));
                answers.add(answer);
                expected.add(answer);
            } else if (!expected.isEmpty()) {
                assertThat(answers.head()).as("seed %d", seed).isEqualTo(expected.poll());
                answers.pop();
            }
            assertThat(answers.isEmpty()).as("seed %d", seed).isEqualTo(expected.isEmpty());
        }
        assertThat(answers.fromMaster())
                .as("seed %d", seed)
                .isEqualTo(expected.stream().filter(a -> a == Answer.FROM_MASTER).count());
        assertThat(drain()).as("seed %d", seed).containsExactlyElementsOf(expected);
    }

    @Test
    void aRunIsOneEntry() {
        for (int i = 0; i < 1_000_000; i++) {
            answers.add(Answer.FROM_MASTER);
        }
        answers.add(Answer.REFUSED_SYNC);
        assertThat(answers.runs()).isEqualTo(2);
        assertThat(answers.fromMaster()).isEqualTo(1_000_000);
    }

    @Test
    void theMastersAnswersAreReplacedInTheirPlaces() {
        answers.add(Answer.FROM_MASTER);
        answers.add(Answer.REFUSED_SYNC);
        answers.add(Answer.FROM_MASTER);
        answers.add(Answer.STREAM);
        assertThat(answers.replaceMaster(Answer.NOT_RUN)).isEqualTo(3);
        assertThat(answers.streaming()).isFalse();
        assertThat(drain())
                .containsExactly(
                        Answer.NOT_RUN, Answer.REFUSED_SYNC, Answer.NOT_RUN, Answer.NOT_RUN);
    }

    @Test
    void behindAStreamNothingIsCounted() {
        Answers waiting = new Answers();
        waiting.add(Answer.FROM_MASTER);
        waiting.add(Answer.STREAM);
        waiting.add(Answer.FROM_MASTER);
        answers.takeAll(waiting);
        assertThat(waiting.isEmpty()).isTrue();
        assertThat(answers.streaming()).isTrue();
        assertThat(drain()).containsExactly(Answer.FROM_MASTER, Answer.STREAM);
    }

    @Test
    void onlyALastAnswerIsTakenBack() {
        answers.add(Answer.FROM_MASTER);
        answers.add(Answer.FROM_MASTER);
        assertThat(answers.dropLastFromMaster()).isTrue();
        answers.add(Answer.REFUSED_SYNC);
        assertThat(answers.dropLastFromMaster()).isFalse();
        assertThat(drain()).containsExactly(Answer.FROM_MASTER, Answer.REFUSED_SYNC);
        assertThat(answers.dropLastFromMaster()).isFalse();
    }

    @Test
    void anAnswerThatIsNotDueIsAnError() {
        assertThatThrownBy(answers::head).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(answers::pop).isInstanceOf(IllegalStateException.class);
    }

    /** One line each, with a code that the contract names. */
    @Test
    void everyErrorIsOneLineWithItsCode() {
        for (Answer answer : Answer.values()) {
            if (answer.ours() && answer != Answer.MALFORMED) {
                assertThat(answer.line())
                        .matches("-(NOMASTER|OVERLOADED|UNKNOWNOUTCOME|NOTRUN|REFUSED) [ -~]+\r\n");
            }
        }
    }

    private List<Answer> drain() {
        List<Answer> given = new ArrayList<>();
        while (!answers.isEmpty()) {
            given.add(answers.head());
            answers.pop();
        }
        return given;
    }
}
