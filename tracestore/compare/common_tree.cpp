#include "tracestore/compare/common_tree.h"

#include "tracestore/compare/reading_order.h"

#include <algorithm>

namespace tracestore {
namespace {

    /// Where not all can keep their order: what only holds others gives way to steps, and what was
    /// found elsewhere to what was found between its neighbours.
    constexpr float kWeightOfHolder = 0.5F;
    constexpr float kWeightOfMoved = 0.01F;
    constexpr float kLeastWeight = 0.001F;

    /// The places of the spans of a side: by index of the span.
    std::vector<std::uint32_t> placesOf(const ComparedSide& side)
    {
        std::vector<std::uint32_t> places(side.trace().spanCount(), kNoPlace);
        for (std::uint32_t i = 0; i < side.spans().size(); ++i)
            places[side.spans()[i].index()] = i;
        return places;
    }

    OrderedSide orderedSide(const ComparedSide& side, const std::vector<std::uint32_t>& places)
    {
        OrderedSide ordered;
        ordered.parents.reserve(side.spans().size());
        for (const SpanId span : side.spans()) {
            const SpanId parent = side.trace().parent(span);
            ordered.parents.push_back(side.holds(parent) ? places[parent.index()] : kNoPlace);
        }
        ordered.partners.assign(side.spans().size(), kNoPlace);
        return ordered;
    }

    float weightOf(const Partner& partner, bool isStep)
    {
        const float weight = partner.confidence * (isStep ? 1 : kWeightOfHolder)
            * (partner.isMoved ? kWeightOfMoved : 1);
        return std::max(weight, kLeastWeight);
    }

} // namespace

std::vector<StepPair>
commonTree(const ComparedSide& sideA, const ComparedSide& sideB, const StepPartners& partners)
{
    const std::vector<std::uint32_t> placesB = placesOf(sideB);
    OrderedSide a = orderedSide(sideA, placesOf(sideA));
    OrderedSide b = orderedSide(sideB, placesB);
    std::vector<float> weights(sideA.spans().size(), 0);
    for (std::uint32_t i = 0; i < sideA.spans().size(); ++i) {
        const SpanId span = sideA.spans()[i];
        const Partner& partner = partners.ofA(span);
        if (!partner.span.isValid())
            continue;
        const std::uint32_t place = placesB[partner.span.index()];
        a.partners[i] = place;
        b.partners[place] = i;
        weights[i] = weightOf(partner, sideA.isStep(span));
    }
    std::vector<StepPair> pairs;
    for (const OrderedRow& row : readingOrder(std::move(a), std::move(b), weights)) {
        StepPair& pair = pairs.emplace_back();
        pair.depth = row.depth;
        pair.isMoved = row.isMoved;
        if (row.a != kNoPlace)
            pair.a = sideA.spans()[row.a];
        if (row.b != kNoPlace)
            pair.b = sideB.spans()[row.b];
        const SpanId ofA = row.a != kNoPlace ? pair.a : partners.ofB(pair.b);
        const Partner none;
        const Partner& partner = ofA.isValid() ? partners.ofA(ofA) : none;
        pair.reason = partner.reason;
        pair.confidence = partner.span.isValid() ? partner.confidence : 1;
        if (row.a == kNoPlace || row.b == kNoPlace) {
            pair.state = row.b == kNoPlace ? PairState::OnlyA : PairState::OnlyB;
            pair.elsewhere = row.b == kNoPlace ? partner.span : ofA;
        }
    }
    return pairs;
}

} // namespace tracestore
