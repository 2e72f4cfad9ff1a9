#include "engine/experiment/experiment_file.h"
#include "engine/tool/json_schema.h"
#include "tests/engine/experiment_maker.h"
#include "tests/support/test_paths.h"

#include <QFile>
#include <QTest>

#include <set>

using engine::ConfigProblem;
using engine::JsonSchema;
using nlohmann::json;
using tests::ExperimentMaker;

namespace {

/// A scorer of each kind with all it has to have, and the schema's word for it.
struct ScorerKind
{
    const char* definition;
    json least;
};

std::vector<ScorerKind> scorerKinds()
{
    const auto kind = [](const char* definition, const char* name, json more = json::object()) {
        json least {{"name", "s"}, {"kind", name}};
        least.update(more);
        return ScorerKind {definition, std::move(least)};
    };
    return {kind("exact", "exact"),
            kind("patternScorer", "pattern", {{"pattern", "Said"}}),
            kind("schemaScorer", "schema", {{"schema", {{"type", "object"}}}}),
            kind("field", "field", {{"path", "/a"}}),
            kind("number", "number"),
            kind("tools", "tools", {{"called", {"calculator"}}}),
            kind("budgetScorer", "budget", {{"steps", 3}}),
            kind("trace", "trace", {{"query", "kind = tool"}}),
            kind("judge", "judge", {{"agent", "a.agent.json"}, {"prompt", "It is polite."}}),
            kind("command", "command", {{"command", {"true"}}})};
}

std::string rowName(const std::string& pointer)
{
    return pointer.empty() ? "all of it" : pointer;
}

} // namespace

/// The schema for editors says what the reader says.
class TestExperimentSchema : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void itIsOneThatCanBeChecked();
    void theExampleFits();
    void fieldsAreThoseOfTheReader_data();
    void fieldsAreThoseOfTheReader();
    void whatTheSchemaRefusesTheReaderDoes_data();
    void whatTheSchemaRefusesTheReaderDoes();
    void whatHasToBeThereIsMissedByBoth();

private:
    void addObjects();
    [[nodiscard]] const json& resolved(const json& schema) const;
    [[nodiscard]] json schemaOf(const json& part) const;
    [[nodiscard]] bool fits(const json& part, const json& value) const;
    [[nodiscard]] std::vector<ConfigProblem> problemsOf(const json& experiment) const;

    json m_schema;
    ExperimentMaker m_maker;
};

void TestExperimentSchema::initTestCase()
{
    QFile file(QString::fromStdString(
        (tests::examplesDir().parent_path() / "schemas" / "experiment.schema.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_schema = json::parse(file.readAll().toStdString());
    m_maker.write();
}

/// Behind references.
const json& TestExperimentSchema::resolved(const json& schema) const
{
    const json* at = &schema;
    while (at->is_object() && at->contains("$ref"))
        at = &m_schema[json::json_pointer((*at)["$ref"].get<std::string>().substr(1))];
    return *at;
}

/// A part of the schema as one of its own.
json TestExperimentSchema::schemaOf(const json& part) const
{
    json schema = resolved(part).is_object() ? resolved(part) : json::object();
    schema["$defs"] = m_schema["$defs"];
    return schema;
}

bool TestExperimentSchema::fits(const json& part, const json& value) const
{
    const auto schema = JsonSchema::parse(schemaOf(part).dump());
    return schema && schema->check(value).has_value();
}

std::vector<ConfigProblem> TestExperimentSchema::problemsOf(const json& experiment) const
{
    tests::writeFile(m_maker.file(), experiment.dump());
    return engine::readExperimentFile(m_maker.file()).problems;
}

void TestExperimentSchema::itIsOneThatCanBeChecked()
{
    QVERIFY(fits(m_schema, m_maker.experiment));
    json wrong = m_maker.experiment;
    wrong["repeat"] = 3;
    QVERIFY(!fits(m_schema, wrong));
    for (const ScorerKind& kind : scorerKinds()) {
        json each = m_maker.experiment;
        each["scorers"] = {kind.least};
        QVERIFY2(fits(m_schema, each), kind.definition);
        QVERIFY2(problemsOf(each).empty(), kind.definition);
    }
    QCOMPARE(scorerKinds().size(), m_schema["$defs"]["scorer"]["oneOf"].size());
}

void TestExperimentSchema::theExampleFits()
{
    QFile file(QString::fromStdString(
        (tests::examplesDir() / "experiment" / "prices.experiment.json").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(fits(m_schema, json::parse(file.readAll().toStdString(), nullptr, true, true)));
}

/// Each object of the file: where it stands, a file that has it, and the part of the schema.
void TestExperimentSchema::addObjects()
{
    QTest::addColumn<std::string>("pointer");
    QTest::addColumn<std::string>("field");
    QTest::addColumn<json>("experiment");
    QTest::addColumn<json>("part");
    const auto row = [](const std::string& name,
                        const std::string& pointer,
                        const std::string& field,
                        const json& experiment,
                        const json& part) {
        QTest::newRow(rowName(name).c_str()) << pointer << field << experiment << part;
    };
    json whole = m_maker.experiment;
    whole["budget"] = {{"cost", 1}};
    whole["replay"] = {
        {"kymo_replay", 1}, {"models", {{"mode", "live"}}}, {"normalisers", {{{"pattern", "x"}}}}};
    const json& types = m_schema["$defs"];
    row("", "", "", whole, m_schema);
    row("variant", "/variants/0", "variants[0]", whole, types["variant"]);
    row("budget", "/budget", "budget", whole, types["budget"]);
    row("replay", "/replay", "replay", whole, types["replay"]);
    row("rules", "/replay/models", "replay.models", whole, types["replayRules"]["anyOf"][1]);
    row("normaliser", "/replay/normalisers/0", "replay.normalisers[0]", whole, types["normaliser"]);
    for (const ScorerKind& kind : scorerKinds()) {
        json each = m_maker.experiment;
        each["scorers"] = {kind.least};
        row(kind.definition, "/scorers/0", "scorers[0]", each, types[kind.definition]);
    }
}

void TestExperimentSchema::fieldsAreThoseOfTheReader_data()
{
    addObjects();
}

void TestExperimentSchema::fieldsAreThoseOfTheReader()
{
    QFETCH(std::string, pointer);
    QFETCH(json, experiment);
    QFETCH(json, part);
    // A field that the reader does not know is an error that names those it knows.
    constexpr std::string_view kList = "The fields are ";
    experiment[json::json_pointer(pointer)]["zzzzzzzzzzzz"] = 1;
    std::set<std::string> known;
    for (const ConfigProblem& problem : problemsOf(experiment)) {
        const std::size_t at = problem.message.find(kList);
        if (!problem.field.ends_with("zzzzzzzzzzzz") || at == std::string::npos)
            continue;
        std::string list = problem.message.substr(at + kList.size());
        list.back() = ',';
        for (std::size_t end = list.find(','); end != std::string::npos; end = list.find(',')) {
            known.insert(list.substr(0, end));
            list.erase(0, end + 2 > list.size() ? list.size() : end + 2);
        }
    }
    std::set<std::string> published;
    for (const auto& [name, ignored] : part["properties"].items())
        published.insert(name);
    QVERIFY(known == published);
}

void TestExperimentSchema::whatTheSchemaRefusesTheReaderDoes_data()
{
    addObjects();
}

/// Values of all types, and those just outside of what is allowed, in the place of each field.
void TestExperimentSchema::whatTheSchemaRefusesTheReaderDoes()
{
    QFETCH(std::string, pointer);
    QFETCH(std::string, field);
    QFETCH(json, experiment);
    QFETCH(json, part);
    int refused = 0;
    for (const auto& [name, reference] : part["properties"].items()) {
        const json& property = name == "kind" || !reference.is_boolean()
            ? resolved(reference)
            : resolved(m_schema["$defs"]["scorer"]["properties"][name]);
        std::vector<json> values {-1.5, "zzz", true, nullptr, json::array({1}), json {{"zzz", 1}}};
        if (property.contains("maximum"))
            values.push_back(property["maximum"].get<std::int64_t>() + 1);
        if (property.contains("minimum"))
            values.push_back(property["minimum"].get<std::int64_t>() - 1);
        if (property.contains("exclusiveMinimum"))
            values.push_back(property["exclusiveMinimum"]);
        for (const json& value : values) {
            if (fits(property, value))
                continue;
            ++refused;
            json changed = experiment;
            changed[json::json_pointer(pointer)][name] = value;
            const std::string path = field.empty() ? name : field + '.' + name;
            const auto problems = problemsOf(changed);
            const bool isTold = std::ranges::any_of(problems, [&](const ConfigProblem& problem) {
                return problem.isError && problem.field.starts_with(path);
            });
            QVERIFY2(isTold, (path + " = " + value.dump()).c_str());
        }
    }
    QVERIFY(refused > 5);
}

void TestExperimentSchema::whatHasToBeThereIsMissedByBoth()
{
    const auto check = [&](const json& whole, const json& part, const std::string& pointer) {
        for (const json& name : part.value("required", json::array())) {
            json without = whole;
            without[json::json_pointer(pointer)].erase(name.get<std::string>());
            QVERIFY2(!problemsOf(without).empty(), name.dump().c_str());
            QVERIFY2(!fits(m_schema, without), name.dump().c_str());
        }
    };
    check(m_maker.experiment, m_schema, "");
    check(m_maker.experiment, m_schema["$defs"]["variant"], "/variants/0");
    for (const ScorerKind& kind : scorerKinds()) {
        json each = m_maker.experiment;
        each["scorers"] = {kind.least};
        check(each, m_schema["$defs"]["scorer"], "/scorers/0");
        check(each, m_schema["$defs"][kind.definition], "/scorers/0");
    }
}

Q_DECLARE_METATYPE(nlohmann::json)

QTEST_GUILESS_MAIN(TestExperimentSchema)
#include "tst_experiment_schema.moc"
