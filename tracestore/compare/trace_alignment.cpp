#include "tracestore/compare/trace_alignment.h"

#include "tracestore/compare/common_tree.h"
#include "tracestore/compare/pair_judgement.h"

#include <array>

namespace tracestore {
namespace {

    void count(TraceAlignment& alignment)
    {
        for (const StepPair& pair : alignment.pairs) {
            switch (pair.state) {
            case PairState::Equal:
                ++alignment.equal;
                break;
            case PairState::Changed:
                ++alignment.changed;
                break;
            case PairState::OnlyA:
                ++alignment.onlyA;
                break;
            case PairState::OnlyB:
                ++alignment.onlyB;
                break;
            }
        }
    }

} // namespace

std::string_view toWord(PairState state)
{
    switch (state) {
    case PairState::Equal:
        return "equal";
    case PairState::Changed:
        return "changed";
    case PairState::OnlyA:
        return "only_a";
    case PairState::OnlyB:
        return "only_b";
    }
    return "equal";
}

std::string_view toWord(PairReason reason)
{
    switch (reason) {
    case PairReason::None:
        return "none";
    case PairReason::SameContent:
        return "same_content";
    case PairReason::SameCall:
        return "same_call";
    case PairReason::SimilarContent:
        return "similar_content";
    case PairReason::SameQuestion:
        return "same_question";
    case PairReason::SamePlace:
        return "same_place";
    case PairReason::Retry:
        return "retry";
    }
    return "none";
}

std::string_view toWord(PairChange change)
{
    switch (change) {
    case PairChange::Name:
        return "name";
    case PairChange::Model:
        return "model";
    case PairChange::Input:
        return "input";
    case PairChange::Arguments:
        return "arguments";
    case PairChange::Output:
        return "output";
    case PairChange::Status:
        return "status";
    case PairChange::Configuration:
        return "configuration";
    case PairChange::Order:
        return "order";
    case PairChange::Instructions:
        return "instructions";
    case PairChange::Offer:
        return "offer";
    }
    return "name";
}

std::vector<PairChange> changesOf(std::uint16_t bits)
{
    std::vector<PairChange> changes;
    for (const PairChange change : kPairChanges) {
        if ((bits & static_cast<std::uint16_t>(change)) != 0)
            changes.push_back(change);
    }
    return changes;
}

Result<TraceAlignment> alignTraces(const ComparedTrace& sideA, const ComparedTrace& sideB, Job& job)
{
    const auto a = ComparedSide::read(sideA, job);
    if (!a)
        return fail(a.error());
    const auto b = ComparedSide::read(sideB, job);
    if (!b)
        return fail(b.error());
    const auto partners = StepPartners::find(*a, *b, job);
    if (!partners)
        return fail(partners.error());
    TraceAlignment alignment;
    alignment.pairs = commonTree(*a, *b, *partners);
    const PairRows rows(*a, *b, *partners, alignment.pairs);
    PairJudgement judgement(rows);
    judgement.run();
    alignment.firstDivergence = judgement.firstDivergence();
    alignment.shared = rows.shared();
    alignment.sharesLittle = rows.sharesLittle();
    count(alignment);
    return alignment;
}

} // namespace tracestore
