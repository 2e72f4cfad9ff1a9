#include "tracestore/compare/comparison_json.h"

#include "tracestore/base/json_writer.h"
#include "tracestore/compare/step_difference.h"

#include <cmath>

namespace tracestore {
namespace {

    void writeSide(JsonWriter& to, const char* name, const ComparedTrace& side)
    {
        to.key(name).beginObject().member("format", side.trace->origin().formatId);
        to.key("files").beginArray();
        for (const std::string& file : side.trace->origin().files)
            to.value(file);
        to.endArray();
        const auto& sessions = side.trace->sessions();
        const Session* session = side.session ? &side.trace->session(*side.session)
            : sessions.size() == 1            ? sessions.data()
                                              : nullptr;
        to.key("session");
        if (session != nullptr)
            to.value(session->key);
        else
            to.null();
        to.key("title");
        if (session != nullptr && !session->title.empty())
            to.value(session->title);
        else
            to.null();
        to.endObject();
    }

    void writeSpan(JsonWriter& to, const char* name, SpanId span)
    {
        to.key(name);
        if (span.isValid())
            to.value(span.index());
        else
            to.null();
    }

    /// What a pair differs in. Of the messages that a model call is sent only where the user says
    /// something else: the rest is what came out of the steps before.
    void writeFields(JsonWriter& to, const Comparison& comparison, const StepPair& pair)
    {
        const auto fields
            = stepDifference({comparison.a.trace, pair.a}, {comparison.b.trace, pair.b});
        if (!fields)
            return;
        to.key("fields").beginArray();
        for (const FieldPair& field : *fields) {
            if (!isWorthTelling(pair, field))
                continue;
            to.beginObject()
                .member("field", toWord(field.field))
                .member("a", field.a)
                .member("b", field.b)
                .endObject();
        }
        to.endArray();
    }

    void writePair(JsonWriter& to, const Comparison& comparison, const StepPair& pair)
    {
        to.beginObject();
        writeSpan(to, "a", pair.a);
        writeSpan(to, "b", pair.b);
        to.member("depth", pair.depth)
            .member("step", titleOf(comparison, pair))
            .member("state", toWord(pair.state))
            .member("reason", toWord(pair.reason));
        constexpr double kDigits = 1000;
        to.member("confidence",
                  std::round(static_cast<double>(pair.confidence) * kDigits) / kDigits);
        to.key("changes").beginArray();
        for (const PairChange change : changesOf(pair.changes))
            to.value(toWord(change));
        to.endArray();
        to.member("made_good", pair.isMadeGood).member("given", pair.isGiven);
        to.member("moved", pair.isMoved);
        writeSpan(to, "elsewhere", pair.elsewhere);
        if (pair.state == PairState::Changed)
            writeFields(to, comparison, pair);
        to.endObject();
    }

    void writeMetrics(JsonWriter& to, const std::vector<MetricRow>& rows)
    {
        to.key("metrics").beginArray();
        for (const MetricRow& row : rows) {
            to.beginObject()
                .member("id", row.id)
                .member("label", row.label)
                .member("unit", toWord(row.unit))
                .memberIfAny("currency", row.currency);
            to.key("a").value(row.a).key("b").value(row.b);
            to.key("difference").value(row.difference()).endObject();
        }
        to.endArray();
    }

    void writeAnswer(JsonWriter& to, const char* name, const FinalAnswer& answer)
    {
        to.key(name).beginObject();
        writeSpan(to, "step", answer.span);
        to.key("text");
        if (answer.span.isValid())
            to.value(answer.text);
        else
            to.null();
        to.key("outcome");
        if (answer.outcome == SpanStatus::Unknown)
            to.null();
        else
            to.value(toWord(answer.outcome));
        to.endObject();
    }

} // namespace

Result<std::string> comparisonJson(const Comparison& comparison, Job& job)
{
    constexpr std::size_t kLookEvery = 64;
    const TraceAlignment& alignment = comparison.alignment;
    std::string text;
    JsonWriter to(text);
    to.beginObject();
    writeSide(to, "a", comparison.a);
    writeSide(to, "b", comparison.b);
    to.member("summary", summaryText(comparison))
        .member("same", comparison.isSame())
        .member("equal", alignment.equal)
        .member("changed", alignment.changed)
        .member("only_a", alignment.onlyA)
        .member("only_b", alignment.onlyB)
        .member("shared", alignment.shared)
        .member("shares_little", alignment.sharesLittle);
    to.key("first_divergence").value(alignment.firstDivergence);
    to.key("pairs").beginArray();
    for (std::size_t i = 0; i < alignment.pairs.size(); ++i) {
        if (i % kLookEvery == 0 && job.isCancelled())
            return cancelled();
        writePair(to, comparison, alignment.pairs[i]);
    }
    to.endArray();
    writeMetrics(to, comparison.metrics);
    to.key("answers").beginObject();
    writeAnswer(to, "a", comparison.answerA);
    writeAnswer(to, "b", comparison.answerB);
    to.endObject().endObject();
    return text;
}

} // namespace tracestore
