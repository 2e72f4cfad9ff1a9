#pragma once

#include "tracestore/import/importer.h"
#include "tracestore/model/payload_source.h"
#include "tracestore/model/payload_walk.h"

#include <nlohmann/json_fwd.hpp>

namespace tracestore {

/// Payloads of a log that tells of its steps piece by piece. The detail of a step is put together
/// from stretches of the files, each of them JSON that a function of the format reads again when
/// somebody asks. Filled by the importer on one thread; then read by any.
///
/// What a model was sent is seldom in such a log: it is the conversation so far. So the messages of
/// a conversation are kept once, in a history, and the input of a call is a stretch of it.
class StepPayloads : public PayloadSource, public WalkSource
{
public:
    /// Adds what a stretch says to the detail of a step. Stateless; fails with a sentence.
    using ReadPiece = Result<void> (*)(const nlohmann::json& piece, SpanDetail& to);

    /// Adds the messages that a stretch holds.
    using ReadMessages = Result<void> (*)(const nlohmann::json& piece, std::vector<Message>& to);

    /// The messages from `first` up to `last` of a history.
    struct Input
    {
        std::uint32_t history = 0;
        std::size_t first = 0;
        std::size_t last = 0;
        ContentState state = ContentState::Reconstructed;
    };

    explicit StepPayloads(const std::vector<ImportFile>& files);

    /// A stretch of the files that says something of a step. Pieces are read in the order in which
    /// they were added, whatever was added to other steps between.
    void add(SpanId span, const RawRef& place, ReadPiece read);

    /// A stretch that holds messages which the step gave.
    void addOutput(SpanId span, const RawRef& place, ReadMessages read);

    /// A stretch that holds messages which the step was given, where the source says so.
    void addInput(SpanId span, const RawRef& place, ReadMessages read);

    /// The step was given a part of a history, in front of what addInput() names.
    void setInput(SpanId span, const Input& input);

    /// The source's records of a step; what raw() gives.
    void addRaw(SpanId span, const RawRef& place);

    /// A conversation, of which setInput() takes stretches.
    std::uint32_t addHistory();

    /// A conversation that goes on from the first `size` messages of another: what a rewind or a
    /// fork leaves.
    std::uint32_t addHistory(std::uint32_t from, std::size_t size);

    /// Goes on with a part of a history, of which a copy is kept.
    void copyToHistory(std::uint32_t history, const Input& part);

    void addToHistory(std::uint32_t history, const RawRef& place, ReadMessages read);

    /// Messages, those of the histories that it goes on from among them.
    [[nodiscard]] std::size_t historySize(std::uint32_t history) const
    {
        return m_histories[history].before + m_histories[history].pieces.size();
    }

    [[nodiscard]] Result<SpanDetail> detail(SpanId span) const override;
    [[nodiscard]] Result<std::string> raw(SpanId span) const override;

    [[nodiscard]] std::shared_ptr<const ByteSource> file(FileId file) const override
    {
        return file.index() < m_files.size() ? m_files[file.index()] : nullptr;
    }

    /// What histories have in common is read once.
    [[nodiscard]] std::unique_ptr<PayloadWalk> walk() const override;

private:
    class Walk;

    static constexpr std::uint32_t kNone = Id<struct PieceTag>::kNone;

    enum class Kind : std::uint8_t
    {
        Piece,
        Output,
        Input,
        Raw
    };

    struct MessagePiece
    {
        RawRef place;
        ReadMessages read = nullptr;
    };

    /// The pieces of a conversation behind the first `before` of the one that it goes on from.
    struct History
    {
        std::uint32_t from = kNone;
        std::size_t before = 0;
        std::vector<MessagePiece> pieces;
    };

    /// One of the pieces of a step, which are a list through `next`.
    struct Piece
    {
        RawRef place;
        ReadPiece read = nullptr;
        ReadMessages readMessages = nullptr;
        std::uint32_t next = kNone;
        Kind kind = Kind::Piece;
    };

    struct Step
    {
        std::uint32_t first = kNone;
        std::uint32_t last = kNone;
        std::uint32_t input = kNone; ///< index into m_inputs
    };

    Step& stepOf(SpanId span);
    void append(SpanId span, const Piece& piece);
    [[nodiscard]] Result<std::string> text(const RawRef& place) const;
    [[nodiscard]] Result<nlohmann::json> value(const RawRef& place) const;
    [[nodiscard]] std::vector<MessagePiece> stretchOf(const Input& input) const;
    [[nodiscard]] Result<void> readHistory(const Input& input, SpanDetail& to) const;
    [[nodiscard]] Result<void> readPieces(const Step& step, SpanDetail& to) const;
    [[nodiscard]] Result<void> readPiece(const Piece& piece, SpanDetail& to) const;

    std::vector<std::shared_ptr<const ByteSource>> m_files; ///< by FileId
    std::vector<Step> m_steps; ///< by SpanId
    std::vector<Piece> m_pieces;
    std::vector<Input> m_inputs;
    std::vector<History> m_histories;
};

// Readers that many formats need.

/// A message, or a list of them, of any shape that messagesOf() knows.
Result<void> readMessages(const nlohmann::json& piece, std::vector<Message>& to);

/// Every member of an object becomes an attribute, as it is.
Result<void> readAttributes(const nlohmann::json& piece, SpanDetail& to);

/// The arguments of a tool: an object, or a text that holds one.
Result<void> readToolArguments(const nlohmann::json& piece, SpanDetail& to);

/// What a tool gave: a text, a list of parts, or any value.
Result<void> readToolResult(const nlohmann::json& piece, SpanDetail& to);

} // namespace tracestore
