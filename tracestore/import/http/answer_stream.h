#pragma once

#include "tracestore/import/http/model_api.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace tracestore {

/// Puts the pieces of a streamed answer together to the body that the API gives where it does not
/// stream, so that whoever reads answers knows one shape of each. Pure and incremental: add() each
/// piece as it comes, and look at body() at any time. Pieces of strangers may be of any shape; what
/// does not fit is passed over. One thread.
class AnswerStream
{
public:
    AnswerStream() = default;
    AnswerStream(const AnswerStream&) = delete;
    AnswerStream& operator=(const AnswerStream&) = delete;
    virtual ~AnswerStream() = default;

    static std::unique_ptr<AnswerStream> make(ModelApi api);

    /// Takes the next piece: the JSON of one `data:` line.
    void add(const nlohmann::json& piece);

    /// Whether a piece is the first of another answer than the one that is being put together.
    [[nodiscard]] virtual bool beginsAnother(const nlohmann::json& piece) const = 0;

    /// The answer so far; null before the first piece.
    [[nodiscard]] const nlohmann::json& body() const { return m_body; }

    /// The model has begun to say something: the first token is there.
    [[nodiscard]] bool hasContent() const { return m_hasContent; }

    /// The provider said that the answer is whole, or that it failed.
    [[nodiscard]] bool isEnded() const { return m_isEnded; }

    /// The answer began a second time before it ended, as some proxies let it; nothing of the first
    /// is lost.
    [[nodiscard]] bool wasRestarted() const { return m_wasRestarted; }

    /// A piece was of another shape than the API's and was passed over, at least in part.
    [[nodiscard]] bool wasMisshapen() const { return m_wasMisshapen; }

protected:
    /// add() without its care: may throw where a piece is of another shape than the API's.
    virtual void take(const nlohmann::json& piece) = 0;

    nlohmann::json m_body;
    bool m_hasContent = false;
    bool m_isEnded = false;
    bool m_wasRestarted = false;

private:
    bool m_wasMisshapen = false;
};

/// Appends a text to the text under a key, which it begins where there is none.
void appendText(nlohmann::json& object, const char* key, const nlohmann::json* text);

/// Sets the members of `from` in `to`; null takes nothing away.
void overlay(nlohmann::json& to, const nlohmann::json& from);

} // namespace tracestore
