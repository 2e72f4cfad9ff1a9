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
        , m_chain(makePolicyChain(config, m_shared, m_random))
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
            m_clock.advance(std::get<WaitFirst>(before).duration);
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
    void onlySoManyCallsAtOnceInTheirOrder();
    void aRunThatEndsLetsItsPlacesGo();
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
             lines({"rate_limit wait", "try p/m", "= ok yes"}));
}

void TestDeliveryPolicies::onlySoManyCallsAtOnceInTheirOrder()
{
    PolicyConfig config = nothing();
    config.rateLimit.concurrentCalls = 1;
    Delivery delivery(config);
    DeliveryPolicy::Decisions decisions;
    const Effect a = modelEffect(1);
    const Effect b = modelEffect(2);
    const Effect c = modelEffect(3);
    const auto passes = [&](const Effect& effect) {
        return std::holds_alternative<LetPass>(
            delivery.chain().before({effect, 1, delivery.clock().now()}, decisions));
    };
    QVERIFY(passes(a));
    QVERIFY(!passes(b));
    QVERIFY(!passes(c));
    static_cast<void>(delivery.chain().after({a, 1, delivery.clock().now()}, good(), decisions));
    QVERIFY(!passes(c)); // b came first
    QVERIFY(passes(b));
    QVERIFY(!passes(c));
    // b is cancelled; c was given up by its run and blocks nobody.
    Outcome cancelled;
    cancelled.status = OutcomeStatus::Cancelled;
    static_cast<void>(delivery.chain().after({b, 1, delivery.clock().now()}, cancelled, decisions));
    delivery.clock().advanceMs(5'000);
    QVERIFY(passes(modelEffect(4)));
    QCOMPARE(decisions.size(), std::size_t {2}); // each wait is told once
}

void TestDeliveryPolicies::aRunThatEndsLetsItsPlacesGo()
{
    PolicyConfig config = nothing();
    config.rateLimit.concurrentCalls = 1;
    SharedPolicyState shared;
    FixedRandom random(0);
    const Effect effect = modelEffect(1);
    DeliveryPolicy::Decisions decisions;
    {
        const auto chain = makePolicyChain(config, shared, random);
        QVERIFY(std::holds_alternative<LetPass>(chain->before({effect, 1, {}}, decisions)));
        QCOMPARE(shared.rates["p"].running.size(), std::size_t {1});
    }
    QVERIFY(shared.rates["p"].running.empty());
}

void TestDeliveryPolicies::theOrderIsData()
{
    PolicyConfig config;
    config.cache.models = true;
    config.fallback.models = {{"p", "n", {}, true}};
    config.rateLimit.concurrentCalls = 2;
    SharedPolicyState shared;
    FixedRandom random(0);
    QCOMPARE(makePolicyChain(config, shared, random)->names(), defaultPolicyOrder());
    const std::vector<std::string> order {"retry", "breaker"};
    QCOMPARE(makePolicyChain(config, shared, random, order)->names(), order);
    QCOMPARE(makePolicyChain(nothing(), shared, random)->names().size(), std::size_t {0});
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
