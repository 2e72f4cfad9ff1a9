#include "tracestore/provenance/origin_finder.h"

#include "tracestore/model/call_history.h"
#include "tracestore/provenance/json_leaves.h"
#include "tracestore/provenance/origin_search.h"
#include "tracestore/query/snippet.h"

#include <algorithm>
#include <cmath>

namespace tracestore {
namespace {

    constexpr double kLeastConfidence = 0.12; ///< what is less is no answer
    constexpr double kCommon = 0.3; ///< the best find of a common piece is below
    constexpr std::size_t kShownOfCommon = 3;

    /// What one step was given, or what it gave.
    struct StepSide
    {
        Moment moment;
        SpanId span;
        bool isGave = false;
    };

    class OriginFinder
    {
    public:
        OriginFinder(const Trace& trace, const OriginQuery& query, Job& job)
            : m_trace(trace)
            , m_query(query)
            , m_job(job)
            , m_order(trace, trace.sessionOf(query.span))
            , m_walk(walkOf(trace.payloads()))
        { }

        Result<OriginReport> run()
        {
            auto asked = m_walk->read(m_query.span);
            if (!asked)
                return fail(std::move(asked).error());
            m_asked = std::move(*asked);
            const auto input = m_asked.input.pointers();
            const std::string_view whole = textAt(m_query.place, input, m_asked.rest);
            if (whole.empty())
                return fail(ErrorCode::NotFound, "The trace holds no such text of this step.");
            const SoughtText sought(m_query.text.empty() ? whole : m_query.text);
            if (sought.pieces().empty())
                return fail(ErrorCode::Invalid,
                            "There is nothing to look for: no word and no number.");
            noteTools();
            noteWriter(input);
            OriginSearch search(sought, m_toolSteps);
            if (auto done = searchAll(search, whole); !done)
                return fail(std::move(done).error());
            if (search.askedIn().isValid() && m_query.place.kind != TextPlaceKind::Arguments)
                m_report.writer = search.askedIn();
            m_report.isCut = sought.isCut();
            m_report.texts = search.matcher().texts();
            report(sought, search);
            describe();
            return std::move(m_report);
        }

    private:
        [[nodiscard]] bool isForward() const
        {
            return m_query.direction == OriginDirection::Forward;
        }

        [[nodiscard]] bool isAskedGiven() const
        {
            return m_query.place.kind != TextPlaceKind::Output
                && m_query.place.kind != TextPlaceKind::Result;
        }

        [[nodiscard]] Moment askedMoment() const
        {
            return isAskedGiven() ? m_order.given(m_query.span) : m_order.gave(m_query.span);
        }

        void noteTools()
        {
            for (const SpanId span : m_order.steps()) {
                const std::string_view id = m_trace.toolCallId(span);
                if (!id.empty() && m_trace.kind(span) == SpanKind::Tool)
                    m_toolSteps.try_emplace(id, span);
            }
        }

        void noteWriter(const std::vector<const Message*>& input)
        {
            const ContentPlace& place = m_query.place;
            const auto note = [&](const ContentText& text) {
                if (text.place == place)
                    m_report.giver = text.giver;
                return true;
            };
            if (place.kind == TextPlaceKind::Input && place.message < input.size())
                visitTexts(*input[place.message], place.kind, place.message, note);
            visitGiven(m_asked.rest, note);
            visitGave(m_asked.rest, note);
            const bool isOfModel = m_report.giver == Giver::Model;
            if (place.kind == TextPlaceKind::Arguments)
                m_report.writer = previousCall(m_trace, m_query.span);
            else if (isOfModel || !isAskedGiven() || place.kind == TextPlaceKind::Input)
                m_report.writer = m_query.span;
        }

        /// The sides of the steps that lie on the side that is asked for, in their order.
        [[nodiscard]] std::vector<StepSide> sides() const
        {
            std::vector<StepSide> sides;
            const Moment asked = askedMoment();
            const auto add = [&](const StepSide& side) {
                const bool isOwnInput = side.span == m_query.span && !side.isGave
                    && m_query.place.kind == TextPlaceKind::Input;
                const bool isWanted = isForward() ? side.moment > asked : side.moment < asked;
                if (isWanted || isOwnInput)
                    sides.push_back(side);
            };
            for (const SpanId span : m_order.steps()) {
                if (m_trace.kind(span) == SpanKind::StateChange)
                    continue;
                add({m_order.given(span), span, false});
                add({m_order.gave(span), span, true});
            }
            std::ranges::sort(sides, {}, &StepSide::moment);
            return sides;
        }

        Result<void> searchAll(OriginSearch& search, std::string_view whole)
        {
            // Agents hand on what a model said: that is the text itself, not where it came from.
            if (m_report.giver == Giver::Model && !isForward())
                search.setAsked(whole);
            if (isForward())
                passWhatWasBefore(search, whole);
            const std::vector<StepSide> all = sides();
            m_job.expect(all.size());
            for (const StepSide& side : all) {
                if (m_job.isCancelled())
                    return cancelled();
                m_job.advance(1);
                search.setStep(side.span);
                takeSide(search, side);
            }
            return {};
        }

        /// Looking forward, what was there when the text was said is no use of it.
        void passWhatWasBefore(OriginSearch& search, std::string_view whole)
        {
            const auto pass = [&](const ContentText& text) {
                search.pass(text);
                return true;
            };
            search.pass({m_query.place, whole});
            const Moment asked = askedMoment();
            std::unordered_map<AgentId, SpanId> lastCalls;
            for (const SpanId span : m_order.steps()) {
                if (!isModelCall(m_trace, span) || m_order.given(span) >= asked)
                    continue;
                SpanId& last = lastCalls[m_trace.agentOf(span)];
                if (!last.isValid() || m_order.given(last) < m_order.given(span))
                    last = span;
            }
            for (const auto& [agent, span] : lastCalls) {
                const auto content = m_walk->read(span);
                if (!content)
                    continue;
                search.passMessages(content->input);
                if (m_order.gave(span) <= asked)
                    visitGave(content->rest, pass);
            }
            if (isAskedGiven())
                search.passMessages(m_asked.input);
            else
                visitGiven(m_asked.rest, pass);
        }

        void takeSide(OriginSearch& search, const StepSide& side)
        {
            auto kept = m_waiting.find(side.span);
            if (kept == m_waiting.end()) {
                auto content = m_walk->read(side.span);
                if (!content) {
                    m_report.gaps.unreadable += side.isGave ? 0 : 1;
                    return;
                }
                ++m_report.steps;
                noteGaps(side.span, *content);
                kept = m_waiting.emplace(side.span, std::move(*content)).first;
            }
            const StepContent& content = kept->second;
            const auto take = [&](const ContentText& text) {
                if (!isOwnCall(side.span, text))
                    search.take(text);
                return true;
            };
            if (!side.isGave) {
                const bool isOwn = side.span == m_query.span;
                search.takeMessages(content.input,
                                    isOwn && !isForward() && isAskedGiven() ? m_query.place.message
                                                                            : content.input.size());
                if (!isOwn || !isAskedGiven())
                    visitGiven(content.rest, take);
                return;
            }
            visitGave(content.rest, take);
            m_waiting.erase(kept);
        }

        /// The call that asks for the step in question, where calls have no ids to tell.
        [[nodiscard]] bool isOwnCall(SpanId span, const ContentText& text) const
        {
            return text.isCall && span == m_report.writer && !isForward()
                && m_query.place.kind == TextPlaceKind::Arguments
                && (m_trace.toolCallId(m_query.span).empty() || text.callId.empty()
                    || text.callId == m_trace.toolCallId(m_query.span));
        }

        void noteGaps(SpanId span, const StepContent& content)
        {
            const SpanDetail& rest = content.rest;
            const auto is = [&](ContentState state) {
                return rest.inputState == state || rest.outputState == state;
            };
            OriginGaps& gaps = m_report.gaps;
            if (is(ContentState::Redacted) || is(ContentState::ByReference))
                ++gaps.redacted;
            else if (is(ContentState::Truncated))
                ++gaps.cut;
            else if (isModelCall(m_trace, span) && content.input.isEmpty() && rest.output.empty())
                ++gaps.absent;
            else if (m_trace.kind(span) == SpanKind::Tool && rest.toolResult.empty()
                     && rest.toolArguments.empty() && rest.output.empty())
                ++gaps.absent;
        }

        /// What a word says in this session: less where it stands in many texts. A few are what a
        /// value leaves behind that goes its way through a conversation.
        static double bitsHere(const SoughtWord& word, std::uint32_t with, std::uint32_t texts)
        {
            constexpr double kFew = 3;
            constexpr double kRare = 0.02; // of the texts
            const double common = (double {1} * with - kFew) / std::max(10.0, double {1} * texts);
            if (common <= kRare)
                return word.bits;
            return word.bits * std::max(0.0, std::log(common) / std::log(kRare));
        }

        /// What an agreement in so many bits is worth.
        static double worthOf(double bits) { return std::min(0.99, 1 - std::exp2(-bits / 7)); }

        void report(const SoughtText& sought, const OriginSearch& search)
        {
            const TextMatcher& matcher = search.matcher();
            std::vector<double> bits;
            for (std::uint32_t i = 0; i < sought.words().size(); ++i)
                bits.push_back(bitsHere(sought.words()[i], matcher.textsWith(i), matcher.texts()));
            const auto sum = [&](const std::vector<std::uint32_t>& words) {
                double all = 0;
                for (const std::uint32_t word : words)
                    all += bits[word];
                return all;
            };
            std::vector<std::vector<Origin>> ofPiece(sought.pieces().size());
            for (const OriginSearch::Candidate& one : search.candidates()) {
                const bool isPart = one.find.kind == FindKind::Part;
                ofPiece[one.find.piece].push_back(originOf(
                    one, isPart ? bitsOfRun(sought, one.find, bits) : sum(one.find.words)));
            }
            for (std::size_t i = 0; i < ofPiece.size(); ++i) {
                const SoughtPiece& piece = sought.pieces()[i];
                m_report.pieces.push_back(
                    {.text = piece.text,
                     .path = piece.path,
                     .offset = piece.offset,
                     .length = piece.length,
                     .found = 0,
                     .isCommon = worthOf(sum(distinct(piece.words))) < kCommon});
                addPiece(std::move(ofPiece[i]), m_report.pieces.back());
            }
            leaveOut();
        }

        /// Words of a language that follow each other say less than each alone; what only a machine
        /// makes up does not.
        static double
        bitsOfRun(const SoughtText& sought, const TextFind& find, const std::vector<double>& bits)
        {
            double all = 0;
            for (const std::uint32_t word : find.words)
                all += bits[word] * (sought.words()[word].isTelling ? 1 : 0.5);
            return all;
        }

        static std::vector<std::uint32_t> distinct(std::vector<std::uint32_t> words)
        {
            std::ranges::sort(words);
            words.erase(std::unique(words.begin(), words.end()), words.end());
            return words;
        }

        static Origin originOf(const OriginSearch::Candidate& one, double bits)
        {
            const TextFind& find = one.find;
            Origin origin;
            origin.span = one.span;
            origin.place = one.place;
            origin.giver = one.giver;
            origin.offset = find.offset;
            origin.length = find.length;
            origin.piece = find.piece;
            origin.copies = one.copies;
            origin.isExact = find.kind == FindKind::Exact || find.kind == FindKind::Part;
            origin.share = find.share;
            if (find.kind == FindKind::SameWords)
                origin.likeness = 0.95;
            else if (find.kind == FindKind::Near)
                origin.likeness = likenessOf(find);
            origin.confidence = worthOf(bits) * worthOfLikeness(origin.likeness);
            return origin;
        }

        /// What it holds of the piece, less for another order and for words between.
        static double likenessOf(const TextFind& find)
        {
            const auto shared = static_cast<double>(find.words.size());
            return find.share * (0.5 + 0.5 * find.order)
                * (shared / (shared + 0.25 * find.strange));
        }

        /// Half the words of a sentence are soon found together by accident, nine tenths are not.
        static double worthOfLikeness(double likeness)
        {
            if (likeness >= 0.7)
                return 0.8 + 0.2 * (likeness - 0.7) / 0.3;
            return std::max(0.0, 0.2 + 0.6 * (likeness - 0.45) / 0.25);
        }

        /// The finds of a piece, which came in the order in which their texts were there.
        void addPiece(std::vector<Origin> finds, OriginPiece& piece)
        {
            std::erase_if(finds, [&](const Origin& find) {
                return find.confidence < kLeastConfidence && !piece.isCommon;
            });
            piece.found = finds.size();
            if (finds.empty())
                return;
            const auto most = [&](auto field) {
                return std::invoke(field, *std::ranges::max_element(finds, {}, field));
            };
            const double least = 0.6 * most(&Origin::confidence);
            const double leastShare = 0.6 * most(&Origin::share);
            const auto first = std::ranges::find_if(finds, [&](const Origin& find) {
                return find.confidence >= least && find.share >= leastShare;
            });
            if (first != finds.end())
                first->isFirst = true;
            std::ranges::stable_sort(finds, [&](const Origin& a, const Origin& b) {
                if (a.isFirst != b.isFirst)
                    return a.isFirst;
                return !isForward() && a.confidence > b.confidence;
            });
            std::size_t shown = 0;
            for (Origin& find : finds) {
                const bool isAnswer = !piece.isCommon || shown < kShownOfCommon;
                if (isAnswer)
                    m_report.finds.push_back(std::move(find));
                else
                    ++m_report.leftOut;
                shown += isAnswer ? 1 : 0;
            }
        }

        /// Keeps the surest, and the first of each piece.
        void leaveOut()
        {
            std::vector<Origin>& finds = m_report.finds;
            if (finds.size() <= m_query.most)
                return;
            std::vector<double> ranks;
            for (const Origin& find : finds)
                ranks.push_back(find.confidence + (find.isFirst ? 1 : 0));
            std::ranges::nth_element(
                ranks, ranks.begin() + static_cast<std::ptrdiff_t>(m_query.most), std::greater());
            const double least = ranks[m_query.most];
            const std::size_t all = finds.size();
            std::erase_if(finds, [&](const Origin& find) {
                return find.confidence + (find.isFirst ? 1 : 0) <= least;
            });
            m_report.leftOut += all - finds.size();
        }

        /// Gives the finds that are told their labels and excerpts.
        void describe()
        {
            std::unordered_map<SpanId, StepContent> contents;
            for (Origin& find : m_report.finds) {
                auto known = contents.find(find.span);
                if (known == contents.end()) {
                    auto content = m_walk->read(find.span);
                    if (!content)
                        continue;
                    known = contents.emplace(find.span, std::move(*content)).first;
                }
                const auto input = known->second.input.pointers();
                const std::string_view text = textAt(find.place, input, known->second.rest);
                find.label = labelOf(find.place, input, known->second.rest);
                if (find.offset + find.length > text.size())
                    continue;
                const TextForm form = formOf(text);
                if (form == TextForm::Json)
                    find.path = jsonPathAt(text, find.offset);
                Snippet snippet = snippetAround(text, {find.offset, find.length}, form);
                find.excerpt = std::move(snippet.text);
                find.markOffset = snippet.match.offset;
                find.markLength = snippet.match.length;
            }
        }

        const Trace& m_trace;
        const OriginQuery& m_query;
        Job& m_job;
        StepOrder m_order;
        std::unique_ptr<PayloadWalk> m_walk;
        StepContent m_asked;
        std::unordered_map<std::string_view, SpanId> m_toolSteps; ///< by the id of their call
        std::unordered_map<SpanId, StepContent> m_waiting; ///< read, and what they gave is to come
        OriginReport m_report;
    };

} // namespace

Result<OriginReport> findOrigins(const Trace& trace, const OriginQuery& query, Job& job)
{
    if (!query.span.isValid() || query.span.index() >= trace.spanCount())
        return fail(ErrorCode::NotFound, "There is no such step.");
    return OriginFinder(trace, query, job).run();
}

} // namespace tracestore
