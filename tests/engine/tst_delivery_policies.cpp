#include "engine/policy/error_class.h"
#include "engine/policy/policy_chain.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_random.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace engine;
using tests::FixedRandom;
using tests::ManualClock;

namespace {

constexpr std::int64_t kMs = 1'000'000;

tracestore::Duration ms(std::int64_t count)
{
    return {count * kMs};
}

Effect modelEffect(std::uint32_t turn = 1, const std::string& model = "m")
{
    ModelCall call;
    call.target = {"p", model};
    call.request.model = model;
    tracestore::Message message;
    message.role = tracestore::Role::User;
    message.parts.emplace_back(tracestore::TextPart {"Question " + std::to_string(turn)});
    call.request.messages = call.request.messages.with(message);
    return {{"agent", turn, 1, 0}, EffectClass::Reads, call};
}

Effect toolEffect(const std::string& tool, EffectClass effectClass, std::uint32_t turn = 1)
{
    return {{"agent", turn, 1, 0}, effectClass, ToolCall {"c1", tool, R"({"a": 1})"}};
}

Outcome good(const std::string& text = "yes")
{
    Outcome outcome;
    outcome.text = text;
    outcome.response.emplace().usage.emplace().input = 10;
    outcome.cost = tracestore::Cost {0.01, "USD", {}};
    return outcome;
}

Outcome bad(const std::string& type, std::optional<tracestore::Duration> retryAfter = {})
{
    Outcome outcome = failedOutcome(OutcomeStatus::Error, type, "It failed.");
    outcome.retryAfter = retryAfter;
    return outcome;
}

/// Takes calls through a chain as an agent loop does, with a clock that jumps over every wait. What
/// happens is written down: `try p/m`, `wait 500`, `retry wait`, `= ok yes`.
class Delivery
{
public:
    explicit Delivery(const PolicyConfig& config, std::uint64_t chance = 0)
        : m_random(chance)
        , m_chain(makePolicyChain(config, {}, m_shared, m_random))
    { }

    /// The outcomes stand for what the attempts that are really started come back with.
    QString run(Effect effect, std::vector<Outcome> outcomes)
    {
        QStringList log;
        std::size_t next = 0;
        for (std::uint32_t number = 1; number < 20; ++number) {
            effect.id.attempt = number;
            Outcome outcome;
            if (auto answered = start(effect, number, log)) {
                outcome = std::move(*answered);
            } else {
                log << QStringLiteral("try ") + QString::fromStdString(targetOf(effect.request));
                if (next >= outcomes.size())
                    return log.join(u'\n') + QStringLiteral("\nunexpected");
                outcome = outcomes[next++];
            }
            DeliveryPolicy::Decisions decisions;
            const auto after = m_chain->after({effect, number, m_clock.now()}, outcome, decisions);
            tell(decisions, log);
            if (std::holds_alternative<Accept>(after)) {
                log << QStringLiteral("= ") + QString::fromUtf8(toWord(outcome.status).data())
                        + u' ' + QString::fromStdString(outcome.text);
                m_last = outcome;
                return log.join(u'\n');
            }
            const auto& again = std::get<TryAgain>(after);
            if (again.delay.ns > 0)
                log << QStringLiteral("wait %1").arg(again.delay.ns / kMs);
            m_clock.advance(again.delay);
            if (again.instead)
                effect.request = *again.instead;
        }
        return log.join(u'\n') + QStringLiteral("\nendless");
    }

    ManualClock& clock() { return m_clock; }

    SharedPolicyState& shared() { return m_shared; }

    PolicyChain& chain() { return *m_chain; }

    const Outcome& last() const { return m_last; }

private:
    std::optional<Outcome> start(const Effect& effect, std::uint32_t number, QStringList& log)
    {
        for (int i = 0; i < 1000; ++i) {
            DeliveryPolicy::Decisions decisions;
            auto before = m_chain->before({effect, number, m_clock.now()}, decisions);
            tell(decisions, log);
            if (auto* answer = std::get_if<AnswerWith>(&before))
                return std::move(answer->outcome);
            if (std::holds_alternative<LetPass>(before))
                return {};
            const auto& first = std::get<WaitFirst>(before);
            if (first.until != nullptr)
                break; // nobody else is there who could give a place back
            log << QStringLiteral("first wait %1").arg(first.duration.ns / kMs);
            m_clock.advance(first.duration);
        }
        log << QStringLiteral("never");
        return {};
    }

    static void tell(const DeliveryPolicy::Decisions& decisions, QStringList& log)
    {
        for (const auto& decision : decisions) {
            log << QString::fromStdString(decision.policy + ' ' + decision.action);
            QVERIFY(!decision.reason.empty());
            QVERIFY(nlohmann::json::parse(decision.details).is_object());
        }
    }

    ManualClock m_clock;
    FixedRandom m_random;
    SharedPolicyState m_shared;
    std::unique_ptr<PolicyChain> m_chain;
    Outcome m_last;
};

/// A configuration with all off.
PolicyConfig nothing()
{
    PolicyConfig config;
    config.retry.isOn = false;
    config.breaker.isOn = false;
    return config;
}

PolicyConfig withRetry(std::uint32_t attempts)
{
    PolicyConfig config = nothing();
    config.retry.isOn = true;
    config.retry.attempts = attempts;
    config.retry.jitter = 0;
    return config;
}

/// Policies of several runs that share what they know.
class SeveralRuns
{
public:
    std::unique_ptr<PolicyChain> chain(const PolicyConfig& config, const ServiceNames& names = {})
    {
        return makePolicyChain(config, names, shared, m_random);
    }

    /// `pass`, the reason of a wait and its length in ms or `open`, or the answer. Whoever waits
    /// until it is woken up is heard of in woken().
    QString ask(PolicyChain& chain, const Effect& effect)
    {
        const auto before = chain.before({effect, 1, clock.now()}, decisions);
        if (const auto* answer = std::get_if<AnswerWith>(&before))
            return QString::fromStdString(std::string(toWord(answer->outcome.status)) + ' '
                                          + answer->outcome.text)
                .trimmed();
        if (std::holds_alternative<LetPass>(before))
            return QStringLiteral("pass");
        const auto& first = std::get<WaitFirst>(before);
        const QString reason = QString::fromStdString(first.reason).replace(u' ', u'_');
        if (first.until == nullptr)
            return reason + u':' + QString::number(first.duration.ns / kMs);
        first.until->whenAwake([this, turn = effect.id.turn] { m_woken << QString::number(turn); });
        return reason + QStringLiteral(":open");
    }

    void end(PolicyChain& chain, const Effect& effect, const Outcome& outcome = good())
    {
        static_cast<void>(chain.after({effect, 1, clock.now()}, outcome, decisions));
    }

    /// The turns of the calls that were woken up since.
    QString woken() { return std::exchange(m_woken, {}).join(u' '); }

    ManualClock clock;
    SharedPolicyState shared;
    DeliveryPolicy::Decisions decisions;

private:
    FixedRandom m_random {0};
    QStringList m_woken;
};

QString lines(std::initializer_list<const char*> list)
{
    QStringList all;
    for (const char* line : list)
        all << QString::fromUtf8(line);
    return all.join(u'\n');
}

constexpr std::uint64_t kHalf = std::uint64_t {1} << 63U; // unit() gives 0.5

} // namespace

class TestDeliveryPolicies : public QObject
{
    Q_OBJECT

private slots:
    void errorsHaveClasses_data();
    void errorsHaveClasses();
    void backOffGrowsToItsLongest();
    void fixedDelaysStay();
    void jitterTakesAShareOff();
    void retryAfterWinsWhereItIsLonger();
    void tooLongARetryAfterEndsIt();
    void permanentFailuresAreNotTriedAgain();
    void whatWritesIsNeverTriedAgain_data();
    void whatWritesIsNeverTriedAgain();
    void theBreakerOpensAndCloses();
    void aFailedProbeOpensItAgain();
    void onlyOneProbeGoesThrough();
    void aForgottenProbeDoesNotBlockForEver();
    void requestErrorsDoNotOpenIt();
    void fallbackModelsStandIn();
    void aBreakerLeadsToTheFallback();
    void fallbackToolsDoNotTurnInCircles();
    void nothingStandsInForAToolThatMayHaveWritten();
    void equalRequestsAreAnsweredFromTheCache();
    void oldAnswersAreAskedAnewButHelpOut();
    void failuresAndWritesAreNotKept();
    void theCacheHoldsOnlySoMany();
    void theBucketLetsABurstThroughAndThenDrips();
    void whoWaitsForATokenWaitsOnce();
    void aTokenOfACancelledCallIsTheNextOnes();
    void aClockThatIsBehindGetsNoMore();
    void placesGoToThoseWhoCameFirst();
    void aRunThatEndsLetsItsPlacesGo();
    void eachLimitHoldsForTheSum();
    void aProbeThatHasToWaitIsNotRefused();
    void aProbeThatIsGivenUpLetsTheNextTry();
    void whatIsSharedIsAboutTheSameService();
    void runsShareAnswersOfModelsOnly();
    void theOrderIsData();
    void callsAreForgotten();
};

void TestDeliveryPolicies::errorsHaveClasses_data()
{
    QTest::addColumn<std::string>("type");
    QTest::addColumn<int>("retryable"); // -1: not said
    QTest::addColumn<std::string>("word");
    const auto row = [](const char* name, const char* type, int retryable, const char* word) {
        QTest::newRow(name) << std::string(type) << retryable << std::string(word);
    };
    row("server", "500", -1, "transient");
    row("overloaded", "529", -1, "transient");
    row("too many", "429", -1, "rate_limited");
    row("quota", "429", 0, "permanent");
    row("bad request", "400", -1, "permanent");
    row("no key", "401", -1, "permanent");
    row("request timeout", "408", -1, "transient");
    row("network", "network", -1, "transient");
    row("unknown", "whatever", -1, "permanent");
    row("said so", "whatever", 1, "transient");
    row("number and more", "500x", -1, "permanent");
    row("empty", "", -1, "permanent");
}

void TestDeliveryPolicies::errorsHaveClasses()
{
    QFETCH(std::string, type);
    QFETCH(int, retryable);
    QFETCH(std::string, word);
    Outcome outcome = bad(type);
    if (retryable >= 0)
        outcome.error->isRetryable = retryable == 1;
    QCOMPARE(std::string(toWord(classOf(outcome))), word);
}

void TestDeliveryPolicies::backOffGrowsToItsLongest()
{
    PolicyConfig config = withRetry(6);
    config.retry.delay = ms(500);
    config.retry.longest = ms(3000);
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(),
                          {bad("500"), bad("network"), bad("500"), bad("500"), bad("500"), good()}),
             lines({"try p/m",
                    "retry wait",
                    "wait 500",
                    "try p/m",
                    "retry wait",
                    "wait 1000",
                    "try p/m",
                    "retry wait",
                    "wait 2000",
                    "try p/m",
                    "retry wait",
                    "wait 3000",
                    "try p/m",
                    "retry wait",
                    "wait 3000",
                    "try p/m",
                    "= ok yes"}));
}

void TestDeliveryPolicies::fixedDelaysStay()
{
    PolicyConfig config = withRetry(3);
    config.retry.strategy = "fixed";
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(), {bad("500"), bad("500"), bad("500")}),
             lines({"try p/m",
                    "retry wait",
                    "wait 500",
                    "try p/m",
                    "retry wait",
                    "wait 500",
                    "try p/m",
                    "retry give_up",
                    "= error "}));
}

void TestDeliveryPolicies::jitterTakesAShareOff()
{
    PolicyConfig config = withRetry(2);
    config.retry.delay = ms(1000);
    config.retry.jitter = 1;
    QVERIFY(Delivery(config, kHalf)
                .run(modelEffect(), {bad("500"), good()})
                .contains(QStringLiteral("wait 500\n")));
    config.retry.jitter = 0.2;
    QVERIFY(Delivery(config, kHalf)
                .run(modelEffect(), {bad("500"), good()})
                .contains(QStringLiteral("wait 900\n")));
}

void TestDeliveryPolicies::retryAfterWinsWhereItIsLonger()
{
    Delivery delivery(withRetry(3));
    QCOMPARE(delivery.run(modelEffect(), {bad("429", ms(7000)), bad("429", ms(1)), good()}),
             lines({"try p/m",
                    "retry wait",
                    "wait 7000",
                    "try p/m",
                    "retry wait",
                    "wait 1000",
                    "try p/m",
                    "= ok yes"}));
}

void TestDeliveryPolicies::tooLongARetryAfterEndsIt()
{
    Delivery delivery(withRetry(3));
    QCOMPARE(delivery.run(modelEffect(), {bad("429", ms(3'600'000))}),
             lines({"try p/m", "retry give_up", "= error "}));
}

void TestDeliveryPolicies::permanentFailuresAreNotTriedAgain()
{
    Delivery delivery(withRetry(3));
    QCOMPARE(delivery.run(modelEffect(), {bad("401")}),
             lines({"try p/m", "retry give_up", "= error "}));
}

void TestDeliveryPolicies::whatWritesIsNeverTriedAgain_data()
{
    QTest::addColumn<EffectClass>("effectClass");
    QTest::addColumn<bool>("isTried");
    QTest::newRow("pure") << EffectClass::Pure << true;
    QTest::newRow("reads") << EffectClass::Reads << true;
    QTest::newRow("writes") << EffectClass::Writes << false;
    QTest::newRow("outside") << EffectClass::Outside << false;
}

void TestDeliveryPolicies::whatWritesIsNeverTriedAgain()
{
    QFETCH(EffectClass, effectClass);
    QFETCH(bool, isTried);
    Delivery delivery(withRetry(2));
    const QString log = delivery.run(toolEffect("t", effectClass), {bad("timeout"), good()});
    QCOMPARE(log,
             isTried ? lines({"try t", "retry wait", "wait 500", "try t", "= ok yes"})
                     : lines({"try t", "= error "}));
}

void TestDeliveryPolicies::theBreakerOpensAndCloses()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 2, ms(10'000)};
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {bad("500")}), lines({"try p/m", "= error "}));
    QCOMPARE(delivery.run(modelEffect(2), {bad("network")}),
             lines({"try p/m", "breaker open", "= error "}));
    QCOMPARE(delivery.run(modelEffect(3), {}), lines({"breaker refuse", "= refused "}));
    QCOMPARE(delivery.last().origin, OutcomeOrigin::Policy);
    QCOMPARE(delivery.run(modelEffect(4, "other"), {good()}), lines({"try p/other", "= ok yes"}));
    delivery.clock().advanceMs(10'000);
    QCOMPARE(delivery.run(modelEffect(5), {good()}),
             lines({"breaker half_open", "try p/m", "breaker close", "= ok yes"}));
    QCOMPARE(delivery.run(modelEffect(6), {bad("500")}), lines({"try p/m", "= error "}));
}

void TestDeliveryPolicies::aFailedProbeOpensItAgain()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    Delivery delivery(config);
    static_cast<void>(delivery.run(modelEffect(1), {bad("500")}));
    delivery.clock().advanceMs(10'000);
    QCOMPARE(delivery.run(modelEffect(2), {bad("500")}),
             lines({"breaker half_open", "try p/m", "breaker open", "= error "}));
    delivery.clock().advanceMs(9'999);
    QCOMPARE(delivery.run(modelEffect(3), {}), lines({"breaker refuse", "= refused "}));
}

void TestDeliveryPolicies::onlyOneProbeGoesThrough()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    Delivery delivery(config);
    static_cast<void>(delivery.run(modelEffect(1), {bad("500")}));
    delivery.clock().advanceMs(10'000);
    DeliveryPolicy::Decisions decisions;
    const Effect first = modelEffect(2);
    const Effect second = modelEffect(3);
    const auto now = delivery.clock().now();
    QVERIFY(std::holds_alternative<LetPass>(delivery.chain().before({first, 1, now}, decisions)));
    QVERIFY(
        std::holds_alternative<AnswerWith>(delivery.chain().before({second, 1, now}, decisions)));
    static_cast<void>(delivery.chain().after({first, 1, now}, good(), decisions));
    QVERIFY(std::holds_alternative<LetPass>(delivery.chain().before({second, 1, now}, decisions)));
}

void TestDeliveryPolicies::aForgottenProbeDoesNotBlockForEver()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    Delivery delivery(config);
    static_cast<void>(delivery.run(modelEffect(1), {bad("500")}));
    delivery.clock().advanceMs(10'000);
    DeliveryPolicy::Decisions decisions;
    const Effect lost = modelEffect(2);
    static_cast<void>(delivery.chain().before({lost, 1, delivery.clock().now()}, decisions));
    QCOMPARE(delivery.run(modelEffect(3), {}), lines({"breaker refuse", "= refused "}));
    delivery.clock().advanceMs(10'000);
    QCOMPARE(delivery.run(modelEffect(4), {good()}),
             lines({"breaker half_open", "try p/m", "breaker close", "= ok yes"}));
}

void TestDeliveryPolicies::requestErrorsDoNotOpenIt()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {bad("400")}), lines({"try p/m", "= error "}));
    QCOMPARE(delivery.run(modelEffect(2), {good()}), lines({"try p/m", "= ok yes"}));
}

void TestDeliveryPolicies::fallbackModelsStandIn()
{
    PolicyConfig config = withRetry(2);
    config.fallback.models = {{"p", "n", {{"top_p", 1}}, true}, {"q", "o", {}, true}};
    Delivery delivery(config);
    // Each model has its own tries.
    QCOMPARE(delivery.run(modelEffect(),
                          {bad("500"), bad("500"), bad("500"), bad("401"), good("at last")}),
             lines({"try p/m",
                    "retry wait",
                    "wait 500",
                    "try p/m",
                    "retry give_up",
                    "fallback use",
                    "try p/n",
                    "retry wait",
                    "wait 500",
                    "try p/n",
                    "retry give_up",
                    "fallback use",
                    "try q/o",
                    "= ok at last"}));
    QCOMPARE(delivery.run(modelEffect(2), {bad("401"), bad("401"), bad("401")}),
             lines({"try p/m",
                    "retry give_up",
                    "fallback use",
                    "try p/n",
                    "retry give_up",
                    "fallback use",
                    "try q/o",
                    "retry give_up",
                    "= error "}));
}

void TestDeliveryPolicies::aBreakerLeadsToTheFallback()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    config.fallback.models = {{"p", "n", {}, true}};
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {bad("500"), good()}),
             lines({"try p/m", "breaker open", "fallback use", "try p/n", "= ok yes"}));
    QCOMPARE(delivery.run(modelEffect(2), {good()}),
             lines({"breaker refuse", "fallback use", "try p/n", "= ok yes"}));
}

void TestDeliveryPolicies::fallbackToolsDoNotTurnInCircles()
{
    PolicyConfig config = nothing();
    config.fallback.tools = {{"a", "b"}, {"b", "a"}};
    Delivery delivery(config);
    QCOMPARE(delivery.run(toolEffect("a", EffectClass::Reads), {bad("x"), bad("x")}),
             lines({"try a", "fallback use", "try b", "= error "}));
}

void TestDeliveryPolicies::nothingStandsInForAToolThatMayHaveWritten()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    config.fallback.tools = {{"a", "b"}};
    Delivery delivery(config);
    QCOMPARE(delivery.run(toolEffect("a", EffectClass::Writes, 1), {bad("timeout")}),
             lines({"try a", "breaker open", "= error "}));
    // What was not even started has surely written nothing.
    QCOMPARE(delivery.run(toolEffect("a", EffectClass::Writes, 2), {good()}),
             lines({"breaker refuse", "fallback use", "try b", "= ok yes"}));
}

void TestDeliveryPolicies::equalRequestsAreAnsweredFromTheCache()
{
    PolicyConfig config = nothing();
    config.cache = {true, {"t"}, ms(60'000)};
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {good()}), lines({"try p/m", "cache store", "= ok yes"}));
    delivery.clock().advanceMs(5'000);
    Effect again = modelEffect(1);
    again.id.turn = 7;
    QCOMPARE(delivery.run(again, {}), lines({"cache use", "= ok yes"}));
    QCOMPARE(delivery.last().origin, OutcomeOrigin::Cache);
    QCOMPARE(delivery.last().note, std::string("kept for 5 s"));
    QVERIFY(!delivery.last().cost.has_value());
    QVERIFY(!delivery.last().response->usage.has_value());
    QCOMPARE(delivery.run(modelEffect(2), {good()}), lines({"try p/m", "cache store", "= ok yes"}));
    Effect tool = toolEffect("t", EffectClass::Reads, 3);
    QCOMPARE(delivery.run(tool, {good("r")}), lines({"try t", "cache store", "= ok r"}));
    std::get<ToolCall>(tool.request).arguments = "{\"a\":1 }";
    std::get<ToolCall>(tool.request).callId = "c9";
    tool.id.turn = 4;
    QCOMPARE(delivery.run(tool, {}), lines({"cache use", "= ok r"}));
}

void TestDeliveryPolicies::oldAnswersAreAskedAnewButHelpOut()
{
    PolicyConfig config = nothing();
    config.cache = {true, {}, ms(60'000)};
    config.breaker = {true, 1, ms(10'000)};
    Delivery delivery(config);
    static_cast<void>(delivery.run(modelEffect(1), {good()}));
    delivery.clock().advanceMs(3 * 3'600'000);
    QCOMPARE(
        delivery.run(modelEffect(1), {bad("500")}),
        lines({"try p/m", "breaker open", "degraded stale_answer", "cache use_stale", "= ok yes"}));
    QCOMPARE(delivery.last().note, std::string("kept for 3 h"));
    QCOMPARE(delivery.run(modelEffect(1), {}),
             lines({"breaker refuse", "degraded stale_answer", "cache use_stale", "= ok yes"}));
    delivery.clock().advanceMs(10'000);
    QCOMPARE(delivery.run(modelEffect(1), {good("new")}),
             lines({"breaker half_open", "try p/m", "cache store", "breaker close", "= ok new"}));
}

void TestDeliveryPolicies::failuresAndWritesAreNotKept()
{
    PolicyConfig config = nothing();
    config.cache = {true, {"t"}, ms(60'000)};
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {bad("400")}), lines({"try p/m", "= error "}));
    QCOMPARE(delivery.run(modelEffect(1), {bad("400")}), lines({"try p/m", "= error "}));
    for (const auto effectClass : {EffectClass::Writes, EffectClass::Outside})
        QCOMPARE(delivery.run(toolEffect("t", effectClass), {good()}),
                 lines({"try t", "= ok yes"}));
    QCOMPARE(delivery.run(toolEffect("u", EffectClass::Reads), {good()}),
             lines({"try u", "= ok yes"}));
}

void TestDeliveryPolicies::theCacheHoldsOnlySoMany()
{
    AnswerStore store(2);
    store.store("a", good("a"), {});
    store.store("b", good("b"), {});
    QVERIFY(store.find("a") != nullptr); // used: b is the oldest now
    store.store("c", good("c"), {});
    QCOMPARE(store.size(), std::size_t {2});
    QVERIFY(store.find("b") == nullptr);
    QCOMPARE(store.find("a")->outcome.text, std::string("a"));
    store.store("a", good("A"), {});
    QCOMPARE(store.find("a")->outcome.text, std::string("A"));
    QCOMPARE(store.size(), std::size_t {2});
}

void TestDeliveryPolicies::theBucketLetsABurstThroughAndThenDrips()
{
    PolicyConfig config = nothing();
    config.rateLimit.requestsPerMinute = 60; // a burst of six, then one a second
    Delivery delivery(config);
    const auto start = delivery.clock().now();
    QStringList times;
    for (std::uint32_t i = 1; i <= 9; ++i) {
        static_cast<void>(delivery.run(modelEffect(i), {good()}));
        times << QString::number((delivery.clock().now() - start).ns / kMs);
    }
    QCOMPARE(times.join(u' '), QStringLiteral("0 0 0 0 0 0 1000 2000 3000"));
    // Tools are not held back.
    QCOMPARE(delivery.run(toolEffect("t", EffectClass::Reads, 20), {good()}),
             lines({"try t", "= ok yes"}));
    delivery.clock().advanceMs(1'000'000);
    const auto later = delivery.clock().now();
    for (std::uint32_t i = 30; i < 36; ++i)
        static_cast<void>(delivery.run(modelEffect(i), {good()}));
    QCOMPARE((delivery.clock().now() - later).ns, std::int64_t {0});
    QCOMPARE(delivery.run(modelEffect(40), {good()}),
             lines({"rate_limit wait", "first wait 1000", "try p/m", "= ok yes"}));
}

void TestDeliveryPolicies::whoWaitsForATokenWaitsOnce()
{
    PolicyConfig config = nothing();
    config.rateLimit.requestsPerMinute = 30; // a burst of three, then one every two seconds
    SeveralRuns runs;
    const auto chain = runs.chain(config);
    QStringList waits;
    for (std::uint32_t i = 1; i <= 6; ++i)
        waits << runs.ask(*chain, modelEffect(i));
    QCOMPARE(waits.join(u' '),
             QStringLiteral("pass pass pass 30_a_minute:2000 30_a_minute:4000 30_a_minute:6000"));
    QCOMPARE(runs.decisions.size(), std::size_t {3});
    const auto numbers = nlohmann::json::parse(runs.decisions.back().details);
    QVERIFY(numbers["wait_ms"] == 6000);
    QVERIFY(numbers["limit"] == "requests_per_minute");
    // Who has waited goes, and takes no second token. The clock was set back meanwhile.
    runs.clock.advanceMs(-3'600'000);
    QCOMPARE(runs.ask(*chain, modelEffect(4)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*chain, modelEffect(4)), QStringLiteral("pass"));
    // Nobody waits an hour for it either: at most for those who are before it.
    const QString next = runs.ask(*chain, modelEffect(7));
    QVERIFY2(next.mid(12).toInt() <= 4 * 2000, qPrintable(next));
}

void TestDeliveryPolicies::aTokenOfACancelledCallIsTheNextOnes()
{
    PolicyConfig config = nothing();
    config.rateLimit.requestsPerMinute = 6; // one every ten seconds
    SeveralRuns runs;
    const auto chain = runs.chain(config);
    QCOMPARE(runs.ask(*chain, modelEffect(1)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*chain, modelEffect(2)), QStringLiteral("6_a_minute:10000"));
    QCOMPARE(runs.ask(*chain, modelEffect(3)), QStringLiteral("6_a_minute:20000"));
    QCOMPARE(runs.ask(*chain, modelEffect(4)), QStringLiteral("6_a_minute:30000"));
    chain->finished(modelEffect(3).id); // its time stays free: those behind have theirs
    QCOMPARE(runs.ask(*chain, modelEffect(5)), QStringLiteral("6_a_minute:40000"));
    chain->finished(modelEffect(5).id);
    chain->finished(modelEffect(4).id);
    QCOMPARE(runs.ask(*chain, modelEffect(6)), QStringLiteral("6_a_minute:20000"));
    runs.clock.advanceMs(10'000);
    QCOMPARE(runs.ask(*chain, modelEffect(2)), QStringLiteral("pass"));
    chain->finished(modelEffect(2).id); // it was let through: its token is used
    QCOMPARE(runs.ask(*chain, modelEffect(7)), QStringLiteral("6_a_minute:20000"));
}

/// Two runs whose clocks were looked at at different times take no more than one.
void TestDeliveryPolicies::aClockThatIsBehindGetsNoMore()
{
    PolicyConfig config = nothing();
    config.rateLimit.requestsPerMinute = 600; // a burst of sixty, then ten a second
    SeveralRuns runs;
    const auto chain = runs.chain(config);
    runs.clock.advanceMs(3'600'000);
    for (std::uint32_t i = 1; i <= 60; ++i)
        QCOMPARE(runs.ask(*chain, modelEffect(i)), QStringLiteral("pass"));
    for (std::uint32_t i = 61; i <= 70; ++i) {
        runs.clock.advanceMs(i % 2 == 0 ? 900 : -900);
        const QString wait = runs.ask(*chain, modelEffect(i));
        QCOMPARE(wait, QStringLiteral("600_a_minute:%1").arg((i - 60) * 100));
    }
}

void TestDeliveryPolicies::placesGoToThoseWhoCameFirst()
{
    PolicyConfig config = nothing();
    config.rateLimit.concurrentCalls = 1;
    SeveralRuns runs;
    const auto chain = runs.chain(config);
    for (std::uint32_t turn = 1; turn <= 4; ++turn)
        QCOMPARE(runs.ask(*chain, modelEffect(turn)),
                 turn == 1 ? QStringLiteral("pass") : QStringLiteral("1_at_once:open"));
    QCOMPARE(runs.decisions.size(), std::size_t {3});
    QVERIFY(nlohmann::json::parse(runs.decisions[2].details)["ahead"] == 2);
    runs.end(*chain, modelEffect(1));
    QCOMPARE(runs.woken(), QStringLiteral("2"));
    // The place is the second's, also before it comes; a newcomer does not get it.
    QCOMPARE(runs.ask(*chain, modelEffect(5)), QStringLiteral("1_at_once:open"));
    // The third gives up while it waits, the second before it has gone: the fourth is next.
    chain->finished(modelEffect(3).id);
    QCOMPARE(runs.woken(), QString());
    chain->finished(modelEffect(2).id);
    QCOMPARE(runs.woken(), QStringLiteral("4"));
    QCOMPARE(runs.ask(*chain, modelEffect(4)), QStringLiteral("pass"));
    // Asked again too early, as after an edit of its wait: it stays where it stands.
    QCOMPARE(runs.ask(*chain, modelEffect(5)), QStringLiteral("1_at_once:open"));
    runs.end(*chain, modelEffect(4));
    QCOMPARE(runs.woken(), QStringLiteral("5"));
    QCOMPARE(runs.decisions.size(), std::size_t {4}); // each wait is told once
    QCOMPARE(runs.shared.rates["p"].running(), std::size_t {1});
    QCOMPARE(runs.shared.rates["p"].waiting(), std::size_t {0});
}

void TestDeliveryPolicies::aRunThatEndsLetsItsPlacesGo()
{
    PolicyConfig config = nothing();
    config.rateLimit.concurrentCalls = 2;
    SeveralRuns runs;
    auto first = runs.chain(config);
    const auto second = runs.chain(config);
    QCOMPARE(runs.ask(*first, modelEffect(1)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*first, modelEffect(2)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*first, modelEffect(3)), QStringLiteral("2_at_once:open"));
    // Calls of two runs have the same names, and are not taken for one another.
    QCOMPARE(runs.ask(*second, modelEffect(1)), QStringLiteral("2_at_once:open"));
    first.reset();
    QCOMPARE(runs.woken(), QStringLiteral("1"));
    QCOMPARE(runs.shared.rates["p"].running(), std::size_t {1});
    QCOMPARE(runs.shared.rates["p"].waiting(), std::size_t {0});
}

void TestDeliveryPolicies::eachLimitHoldsForTheSum()
{
    PolicyConfig strict = nothing();
    strict.rateLimit.concurrentCalls = 1;
    PolicyConfig loose = nothing();
    loose.rateLimit.concurrentCalls = 3;
    SeveralRuns runs;
    const auto slow = runs.chain(strict);
    const auto fast = runs.chain(loose);
    QCOMPARE(runs.ask(*fast, modelEffect(1)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*slow, modelEffect(11)), QStringLiteral("1_at_once:open"));
    QCOMPARE(runs.ask(*fast, modelEffect(2)), QStringLiteral("3_at_once:open")); // not overtaken
    runs.end(*fast, modelEffect(1));
    QCOMPARE(runs.woken(), QStringLiteral("11 2"));

    strict.rateLimit = {.requestsPerMinute = 60};
    loose.rateLimit = {.requestsPerMinute = 600};
    SeveralRuns bySpeed;
    const auto sixty = bySpeed.chain(strict);
    const auto sixHundred = bySpeed.chain(loose);
    QCOMPARE(bySpeed.ask(*sixty, modelEffect(1)), QStringLiteral("pass"));
    for (std::uint32_t i = 2; i <= 6; ++i)
        QCOMPARE(bySpeed.ask(*sixHundred, modelEffect(i)), QStringLiteral("pass"));
    QCOMPARE(bySpeed.ask(*sixty, modelEffect(7)), QStringLiteral("60_a_minute:1000"));
    QCOMPARE(bySpeed.ask(*sixHundred, modelEffect(8)), QStringLiteral("pass"));
}

void TestDeliveryPolicies::aProbeThatHasToWaitIsNotRefused()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    config.rateLimit.requestsPerMinute = 6;
    Delivery delivery(config);
    QCOMPARE(delivery.run(modelEffect(1), {bad("500")}),
             lines({"try p/m", "breaker open", "= error "}));
    delivery.clock().advanceMs(10'000);
    QCOMPARE(delivery.run(modelEffect(2), {bad("500")}),
             lines({"breaker half_open", "try p/m", "breaker open", "= error "}));
    delivery.clock().advanceMs(9'000);
    QCOMPARE(delivery.run(modelEffect(3), {}), lines({"breaker refuse", "= refused "}));
    delivery.clock().advanceMs(1'000);
    static_cast<void>(delivery.shared().rates["p"].take(6, delivery.clock().now()));
    QCOMPARE(delivery.run(modelEffect(4), {good()}),
             lines({"breaker half_open",
                    "rate_limit wait",
                    "first wait 10000",
                    "try p/m",
                    "breaker close",
                    "= ok yes"}));
}

void TestDeliveryPolicies::aProbeThatIsGivenUpLetsTheNextTry()
{
    PolicyConfig config = nothing();
    config.breaker = {true, 1, ms(10'000)};
    SeveralRuns runs;
    auto first = runs.chain(config);
    const auto second = runs.chain(config);
    QCOMPARE(runs.ask(*first, modelEffect(1)), QStringLiteral("pass"));
    runs.end(*first, modelEffect(1), bad("500"));
    QCOMPARE(runs.ask(*second, modelEffect(1)), QStringLiteral("refused")); // seen by all
    runs.clock.advanceMs(10'000);
    QCOMPARE(runs.ask(*first, modelEffect(2)), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*second, modelEffect(2)), QStringLiteral("refused"));
    first->finished(modelEffect(2).id); // it was cancelled
    QCOMPARE(runs.ask(*second, modelEffect(2)), QStringLiteral("pass"));
    second->finished(modelEffect(2).id);
    QCOMPARE(runs.ask(*first, modelEffect(3)), QStringLiteral("pass"));
    first.reset(); // its run has ended
    QCOMPARE(runs.ask(*second, modelEffect(3)), QStringLiteral("pass"));
    runs.end(*second, modelEffect(3));
    QVERIFY(!runs.shared.breakers.begin()->second.openSince.has_value());
}

void TestDeliveryPolicies::whatIsSharedIsAboutTheSameService()
{
    AgentConfig agent;
    agent.name = "a";
    agent.source = {{"name", "a"}};
    agent.providers.push_back({.name = "p", .baseUrl = "https://one.example", .keyName = "mine"});
    const ServiceNames first(agent, 1);
    const ServiceNames second(agent, 2);
    AgentConfig other = agent;
    other.providers[0].name = "q";
    other.source["version"] = "2";
    const ServiceNames renamed(other, 3);
    const EffectRequest model = modelEffect().request;
    const EffectRequest tool = ToolCall {"c", "t", "{}"};
    QCOMPARE(first.target(model), second.target(model));
    QCOMPARE(first.provider("p"), renamed.provider("q"));
    QCOMPARE(first.answersOf(model), second.answersOf(model));
    QCOMPARE(first.target(tool), second.target(tool));
    QVERIFY(first.target(tool) != renamed.target(tool)); // another configuration's tool
    QVERIFY(first.answersOf(tool) != second.answersOf(tool)); // results are their run's
    for (const auto& change : std::vector<std::function<void(ProviderConfig&)>> {
             [](ProviderConfig& provider) { provider.baseUrl = "https://two.example"; },
             [](ProviderConfig& provider) { provider.keyName = "yours"; },
             [](ProviderConfig& provider) { provider.kind = ProviderKind::Anthropic; }}) {
        other = agent;
        change(other.providers[0]);
        QVERIFY(ServiceNames(other, 4).provider("p") != first.provider("p"));
    }
    QCOMPARE(first.target(UserQuestion {}), std::string());
}

void TestDeliveryPolicies::runsShareAnswersOfModelsOnly()
{
    PolicyConfig config = nothing();
    config.cache = {true, {"t"}, ms(60'000)};
    AgentConfig agent;
    agent.providers.push_back({.name = "p", .baseUrl = "https://one.example"});
    SeveralRuns runs;
    const auto first = runs.chain(config, ServiceNames(agent, 1));
    const auto second = runs.chain(config, ServiceNames(agent, 2));
    agent.providers[0].baseUrl = "https://two.example";
    const auto elsewhere = runs.chain(config, ServiceNames(agent, 3));
    const Effect model = modelEffect(1);
    const Effect tool = toolEffect("t", EffectClass::Reads, 2);
    for (const Effect& effect : {model, tool}) {
        QCOMPARE(runs.ask(*first, effect), QStringLiteral("pass"));
        runs.end(*first, effect, good("kept"));
    }
    QCOMPARE(runs.ask(*second, model), QStringLiteral("ok kept"));
    QCOMPARE(runs.ask(*elsewhere, model), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*second, tool), QStringLiteral("pass"));
    QCOMPARE(runs.ask(*first, tool), QStringLiteral("ok kept"));
    for (const auto& decision : runs.decisions)
        QVERIFY2(decision.details.find("example") == std::string::npos, decision.details.c_str());
}

void TestDeliveryPolicies::theOrderIsData()
{
    PolicyConfig config;
    config.cache.models = true;
    config.fallback.models = {{"p", "n", {}, true}};
    config.rateLimit.concurrentCalls = 2;
    SharedPolicyState shared;
    FixedRandom random(0);
    QCOMPARE(makePolicyChain(config, {}, shared, random)->names(), defaultPolicyOrder());
    const std::vector<std::string> order {"retry", "breaker"};
    QCOMPARE(makePolicyChain(config, {}, shared, random, order)->names(), order);
    QCOMPARE(makePolicyChain(nothing(), {}, shared, random)->names().size(), std::size_t {0});
}

void TestDeliveryPolicies::callsAreForgotten()
{
    // The same call once more, as after a replay: its tries are counted anew.
    Delivery delivery(withRetry(2));
    for (int i = 0; i < 2; ++i)
        QCOMPARE(delivery.run(modelEffect(), {bad("500"), good()}),
                 lines({"try p/m", "retry wait", "wait 500", "try p/m", "= ok yes"}));
}

QTEST_GUILESS_MAIN(TestDeliveryPolicies)
#include "tst_delivery_policies.moc"
