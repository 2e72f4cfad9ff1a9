#include "engine/config/key_store.h"
#include "engine/config/secret.h"

#include <QDebug>
#include <QTest>

#include <ostream>

using engine::EnvironmentKeys;
using engine::Secret;
using namespace Qt::StringLiterals;

namespace {

template<class Stream, class Value>
concept Printable = requires(Stream& stream, const Value& value)
{
    stream << value;
};

// What does not compile cannot happen at 2 a.m.
static_assert(Printable<std::ostream, const char*> && !Printable<std::ostream, Secret>);
static_assert(Printable<QDebug, int> && !Printable<QDebug, Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

} // namespace

class TestSecret : public QObject
{
    Q_OBJECT

private slots:
    void keysAreMaskedWhereverTheyStand();
    void keysComeFromTheEnvironment();
    void whatIsNotSetIsNamedWithoutAnyKey();
};

void TestSecret::keysAreMaskedWhereverTheyStand()
{
    const Secret key("sk-abc");
    QCOMPARE(key.maskedIn("sk-abc"), std::string("***"));
    QCOMPARE(key.maskedIn("no sk-abcsk-abc, sk-ab"), std::string("no ******, sk-ab"));
    QCOMPARE(Secret("*").maskedIn("a*b"), std::string("a***b")); // and it ends
    QCOMPARE(Secret().maskedIn("as it is"), std::string("as it is"));
    QVERIFY(Secret().isEmpty() && !key.isEmpty());
}

void TestSecret::keysComeFromTheEnvironment()
{
    QProcessEnvironment environment;
    environment.insert(u"A_KEY"_s, u" sk-abc\n"_s);
    environment.insert(u"KYMO_KEY_MY_GPU_2"_s, u"sk-def"_s);
    const EnvironmentKeys keys(environment);
    QCOMPARE(keys.ofVariable("A_KEY")->reveal(), std::string("sk-abc"));
    QCOMPARE(keys.ofEntry("my-gpu.2")->reveal(), std::string("sk-def"));
}

void TestSecret::whatIsNotSetIsNamedWithoutAnyKey()
{
    QProcessEnvironment environment;
    environment.insert(u"A_KEY"_s, u"sk-abc"_s);
    environment.insert(u"EMPTY"_s, u"  "_s);
    const EnvironmentKeys keys(environment);
    for (const auto& key :
         {keys.ofVariable("OTHER"), keys.ofVariable("EMPTY"), keys.ofEntry("x")}) {
        QVERIFY(!key);
        QCOMPARE(key.error().code, tracestore::ErrorCode::NotFound);
        QVERIFY(key.error().message.find("sk-abc") == std::string::npos);
    }
    QVERIFY(keys.ofEntry("x").error().message.find("KYMO_KEY_X") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestSecret)
#include "tst_secret.moc"
