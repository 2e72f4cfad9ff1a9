#include "tracestore/compare/scope_alignment.h"

#include <algorithm>

namespace tracestore {
namespace {

    // What a match of a sort is worth beside one that is the same in all. They were set by hand on
    // made-up pairs so that a sure match of neighbours never loses to two doubtful ones.
    constexpr float kSameCall = 0.92F;
    constexpr float kNothingKnown = 0.5F;
    constexpr float kLeastLikeness = 0.4F;
    constexpr float kSameTool = 0.25F; ///< that is for the name alone
    constexpr float kAnyTurn = 0.42F; ///< users put the same into other words
    constexpr float kOtherName = 0.75F; ///< of what the words say
    constexpr float kAskedPart = 0.7F; ///< the rest is for what was given
    constexpr float kSameQuestion = 0.7F; ///< of a model call, whatever comes of it
    constexpr float kOtherPlace
        = 0.6F; ///< of the likeness, where one call answers a user and one does not

    float wordsLikeness(const ComparedStep& a, const ComparedStep& b)
    {
        const bool hasAsked = !a.asked.isEmpty() && !b.asked.isEmpty();
        const bool hasGiven = !a.given.isEmpty() && !b.given.isEmpty();
        const float asked = hasAsked ? a.asked.likeness(b.asked) : 0.0F;
        if (hasAsked && !hasGiven)
            return asked;
        const float given = hasGiven ? a.given.likeness(b.given) : 0.0F;
        const bool isOneAsked = a.asked.isEmpty() != b.asked.isEmpty();
        if (hasAsked)
            return kAskedPart * asked + (1 - kAskedPart) * given;
        return isOneAsked ? (1 - kAskedPart) * given : given;
    }

    StepLikeness similar(float value)
    {
        if (value < kLeastLikeness)
            return {};
        return {std::min(value, kSameCall - 0.01F), PairReason::SimilarContent};
    }

    /// What a model call is asked says more about it than what it answers: two calls are at the
    /// same place where users told the same up to them.
    StepLikeness ofQuestion(const ComparedStep& a, const ComparedStep& b, float value)
    {
        if (a.input != 0 && a.input == b.input && a.told == b.told) {
            StepLikeness likeness = similar(kSameQuestion + (1 - kSameQuestion) * value);
            likeness.reason = PairReason::SameQuestion;
            return likeness;
        }
        const bool isOneAnswer
            = a.isInputKnown && b.isInputKnown && (a.input == 0) != (b.input == 0);
        // It puts such a pair behind others and does not break it.
        const bool isLess = isOneAnswer && value > kLeastLikeness;
        return similar(isLess ? std::max(kLeastLikeness, kOtherPlace * value) : value);
    }

} // namespace

StepLikeness likenessOf(const ComparedStep& a, const ComparedStep& b)
{
    if (a.kind != b.kind)
        return {};
    if (a.sort == b.sort) {
        const bool isKnown = (a.arguments | a.output | b.arguments | b.output) != 0;
        if (!isKnown)
            return {kNothingKnown, PairReason::SamePlace};
        if (a.content() == b.content())
            return {1, PairReason::SameContent};
        if (a.call() == b.call())
            return {kSameCall, PairReason::SameCall};
        const float least = a.kind == SpanKind::Turn ? kAnyTurn : kSameTool;
        const float value = least + (1 - least) * wordsLikeness(a, b);
        return a.kind == SpanKind::Llm ? ofQuestion(a, b, value) : similar(value);
    }
    // A tool that was renamed is asked the same and gives the same.
    if (a.arguments != 0 && a.arguments == b.arguments && a.output == b.output)
        return similar(kOtherName);
    return similar(kOtherName * wordsLikeness(a, b));
}

} // namespace tracestore
