#include "engine/agent/state_hash.h"
#include "engine/run/state_teller.h"
#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QTest>

using engine::AgentState;
using engine::StateTeller;
using nlohmann::json;
using tracestore::Message;
using tracestore::MessageChain;
using tracestore::Role;
using tracestore::StateChanged;
using namespace Qt::StringLiterals;

namespace {

AgentState::Item item(const std::string& text)
{
    return std::make_shared<const std::string>(tracestore::quoteJson(text));
}

Message message(const std::string& text)
{
    Message message;
    message.role = Role::User;
    message.parts.emplace_back(tracestore::TextPart {text});
    return message;
}

/// Follows what is told, as a reader of the log does.
class Follower
{
public:
    /// Whether what is told leads to `state`, and its hash is that of the state.
    bool takes(const AgentState& state)
    {
        last = m_teller.tell(state);
        const json told = *tracestore::parseJson(last.state);
        m_known = last.isWhole ? told : m_known.patch(told);
        return m_known == state.toJson() && engine::hashOfState(m_known).toHex() == last.hash;
    }

    StateChanged last;

private:
    StateTeller m_teller;
    json m_known;
};

AgentState stateOf(const MessageChain& messages)
{
    AgentState state;
    state.members["phase"] = "\"asking\"";
    state.members["spent"] = R"({"cost":0.25,"steps":3})";
    state.conversations["messages"] = messages;
    state.lists["calls"] = {item("a"), item("b")};
    return state;
}

} // namespace

class TestStateTeller : public QObject
{
    Q_OBJECT

private slots:
    void theFirstIsWhole();
    void whatStaysIsNotToldAgain();
    void listsOfEveryKindOfChange_data();
    void listsOfEveryKindOfChange();
    void aConversationThatBeginsAnewIsToldAnew();
    void membersComeAndGo();
    void aLongConversationIsToldInLittle();
    void equalStatesHaveEqualHashes();
};

void TestStateTeller::theFirstIsWhole()
{
    Follower follower;
    QVERIFY(follower.takes(stateOf(MessageChain({message("hi \"you\" \xE2\x80\xAE")}))));
    QVERIFY(follower.last.isWhole);
}

void TestStateTeller::whatStaysIsNotToldAgain()
{
    Follower follower;
    const AgentState state = stateOf(MessageChain({message("hi")}));
    QVERIFY(follower.takes(state));
    QVERIFY(follower.takes(state));
    QCOMPARE(follower.last.state, std::string("[]"));
}

void TestStateTeller::listsOfEveryKindOfChange_data()
{
    QTest::addColumn<QStringList>("items");
    QTest::addColumn<int>("operations");
    QTest::newRow("one more") << QStringList {u"a"_s, u"b"_s, u"c"_s} << 1;
    QTest::newRow("moves on") << QStringList {u"b"_s, u"c"_s} << 2;
    QTest::newRow("one changes") << QStringList {u"x"_s, u"b"_s} << 1;
    QTest::newRow("all change") << QStringList {u"x"_s, u"y"_s} << 2;
    QTest::newRow("other length") << QStringList {u"x"_s, u"y"_s, u"z"_s} << 5;
    QTest::newRow("empty") << QStringList() << 2;
    QTest::newRow("equal texts") << QStringList {u"b"_s, u"b"_s} << 2;
}

void TestStateTeller::listsOfEveryKindOfChange()
{
    QFETCH(QStringList, items);
    QFETCH(int, operations);
    Follower follower;
    AgentState state = stateOf({});
    QVERIFY(follower.takes(state));
    state.lists["calls"].clear();
    for (const QString& text : items)
        state.lists["calls"].push_back(item(text.toStdString()));
    QVERIFY(follower.takes(state));
    QCOMPARE(tracestore::parseJson(follower.last.state)->size(),
             static_cast<std::size_t>(operations));
}

void TestStateTeller::aConversationThatBeginsAnewIsToldAnew()
{
    Follower follower;
    const MessageChain begin({message("1"), message("2"), message("3")});
    QVERIFY(follower.takes(stateOf(begin)));
    QVERIFY(follower.takes(stateOf(MessageChain({message("1"), message("summary")}))));
    QVERIFY(follower.takes(stateOf(begin.withoutLast())));
    QVERIFY(follower.takes(stateOf({})));
    QVERIFY(!follower.last.isWhole);
}

void TestStateTeller::membersComeAndGo()
{
    Follower follower;
    AgentState state = stateOf({});
    QVERIFY(follower.takes(state));
    state.members["result"] = R"({"answer":"x"})";
    state.lists["offered"] = {item("t")};
    QVERIFY(follower.takes(state));
    state.members.erase("result");
    state.lists.erase("offered");
    state.conversations.erase("messages");
    QVERIFY(follower.takes(state));
    QVERIFY(!follower.last.isWhole);
}

void TestStateTeller::aLongConversationIsToldInLittle()
{
    Follower follower;
    MessageChain messages;
    std::size_t told = 0;
    std::size_t whole = 0;
    constexpr std::size_t kTurns = 150;
    const std::string text(1000, 'x');
    for (std::size_t i = 0; i < kTurns; ++i) {
        messages = messages.with(message(text));
        QVERIFY(follower.takes(stateOf(messages)));
        told += follower.last.state.size();
        whole += follower.last.isWhole ? 1 : 0;
    }
    QVERIFY2(told < 5 * kTurns * text.size(), std::to_string(told).c_str());
    QVERIFY2(whole > 2 && whole < 8, std::to_string(whole).c_str());
}

void TestStateTeller::equalStatesHaveEqualHashes()
{
    StateTeller atOnce;
    StateTeller stepByStep;
    const MessageChain messages({message("1"), message("2")});
    static_cast<void>(stepByStep.tell(stateOf(messages.withoutLast())));
    QCOMPARE(stepByStep.tell(stateOf(messages)).hash, atOnce.tell(stateOf(messages)).hash);
    QVERIFY(stepByStep.tell(stateOf(messages.with(message("2")))).hash
            != atOnce.tell(stateOf(messages)).hash);
}

QTEST_GUILESS_MAIN(TestStateTeller)
#include "tst_state_teller.moc"
