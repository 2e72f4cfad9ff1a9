#pragma once

#include "tracestore/model/message_chain.h"
#include "tracestore/query/any_value.h"

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>

namespace tracestore {

/// Takes what a path into messages leads to, a value at a time.
class MessageValues
{
public:
    MessageValues() = default;
    MessageValues(const MessageValues&) = delete;
    MessageValues& operator=(const MessageValues&) = delete;
    virtual ~MessageValues() = default;

    virtual void addText(std::string_view text) = 0;
    virtual void addTextOrJson(std::string_view text) = 0;
    virtual void addCount(std::size_t count) = 0;
};

/// A path into messages (`[-1].text`, `role`, `count`), walked over lists of them.
class MessagePath
{
public:
    /// The path has been checked by the parser; `to` outlives this.
    MessagePath(std::span<const PathStep> path, MessageValues& to);

    void walk(const std::vector<Message>& messages);

    /// The same of a chain, which is not copied; `[-1]` costs the same however long it is.
    void walk(const MessageChain& messages);

private:
    void walk(const Message& message);
    [[nodiscard]] bool wants(std::string_view part) const;
    void addPart(const TextPart& part);
    void addPart(const ReasoningPart& part);
    void addPart(const ToolCallPart& part);
    void addPart(const ToolResultPart& part);
    void addPart(const MediaPart& part);
    void addPart(const OtherPart& part);

    MessageValues& m_to;
    std::string m_part; ///< empty: any text
    std::optional<std::int64_t> m_index;
};

/// A term about messages; lists are added one after another.
class MessageTerm : private MessageValues
{
public:
    /// The term outlives it.
    explicit MessageTerm(const QueryTerm& term);

    void add(const std::vector<Message>& messages, ContentState state);
    void add(const MessageChain& messages);

    /// What is not in a part of the messages may be in the rest.
    [[nodiscard]] Truth take() const;

private:
    void addText(std::string_view text) override { m_any.addText(text); }

    void addTextOrJson(std::string_view text) override { m_any.addTextOrJson(text); }

    void addCount(std::size_t count) override { m_any.addCount(count); }

    AnyValue m_any;
    MessagePath m_path;
    bool m_isWhole = true;
};

/// Visits what a path leads to in lists of messages, as JSON.
class MessageVisitor : private MessageValues
{
public:
    using Visit = std::function<void(const nlohmann::json&)>;

    /// Both outlive it.
    MessageVisitor(std::span<const PathStep> path, const Visit& visit);

    void add(const std::vector<Message>& messages) { m_path.walk(messages); }

    void add(const MessageChain& messages) { m_path.walk(messages); }

    /// Whether anything was visited.
    [[nodiscard]] bool isFound() const { return m_isFound; }

private:
    void addText(std::string_view text) override;

    void addTextOrJson(std::string_view text) override { addText(text); }

    void addCount(std::size_t count) override;

    const Visit& m_visit;
    MessagePath m_path;
    bool m_isFound = false;
};

} // namespace tracestore
