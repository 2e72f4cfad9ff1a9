#pragma once

#include "gui/models/json_document.h"

namespace gui {

/// Checks the text of a document in one pass and notes where its larger objects and arrays end.
/// Keeps its own stack: the depth is up to whoever wrote the text.
class JsonChecker
{
public:
    explicit JsonChecker(JsonDocument& document)
        : m_document(document)
        , m_text(document.m_text)
    { }

    tracestore::Result<void> check();

private:
    struct Open
    {
        std::size_t start = 0;
        std::size_t count = 0;
    };

    [[nodiscard]] tracestore::Failure invalid(std::string_view expected) const;
    void skipSpace();
    bool takeString();
    bool takePlain();
    /// Takes a value that holds no others, or opens one that does.
    tracestore::Result<void> takeValue();
    /// Takes what stands behind a value, up to the next value.
    tracestore::Result<void> takeBetween();
    tracestore::Result<void> takeKey();
    void close();

    JsonDocument& m_document;
    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<Open> m_open;
    bool m_isDone = false;
};

} // namespace gui
