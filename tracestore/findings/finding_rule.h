#pragma once

#include "tracestore/base/registry.h"
#include "tracestore/findings/finding.h"
#include "tracestore/findings/finding_step.h"

#include <functional>
#include <memory>

namespace tracestore {

class PriceTable;

/// What findings can be told with, and which are wanted.
struct FindingOptions
{
    std::vector<std::string> rules; ///< ids of those that are asked; empty: all

    /// Says what is wrong with the arguments of a call by a JSON schema, a line for each; empty:
    /// they fit, or it cannot tell. Where there is none, arguments are not looked at.
    std::function<std::string(std::string_view schema, std::string_view arguments)> checkArguments;

    const PriceTable* prices = nullptr; ///< for costs; null: none are told
    std::size_t mostOfRule = 100; ///< findings of a rule that are told
};

/// Takes the findings of one rule.
class FindingSink
{
public:
    FindingSink(std::string_view rule, std::size_t most, std::vector<Finding>& to)
        : m_rule(rule)
        , m_most(most)
        , m_to(to)
    { }

    void add(Finding finding)
    {
        if (m_count++ >= m_most)
            return;
        finding.rule = m_rule;
        m_to.push_back(std::move(finding));
    }

    /// How many were not taken any more.
    [[nodiscard]] std::size_t leftOut() const { return m_count > m_most ? m_count - m_most : 0; }

private:
    std::string m_rule;
    std::size_t m_most;
    std::vector<Finding>& m_to;
    std::size_t m_count = 0;
};

/// What a rule works with while it watches a trace go by.
struct RuleContext
{
    const Trace& trace;
    const FindingOptions& options;
    FindingSink& found;
};

/// One pass of a rule over a trace: it sees each step once, session by session in the order of the
/// step tree, and keeps what it needs of the past itself: hashes and ids, never payloads. One
/// thread.
class RuleWatch
{
public:
    RuleWatch() = default;
    RuleWatch(const RuleWatch&) = delete;
    RuleWatch& operator=(const RuleWatch&) = delete;
    virtual ~RuleWatch() = default;

    virtual void see(const FindingStep& step) = 0;

    /// After the last step of a session: what is kept of its lanes can go. A session that begins
    /// inside another one may come again.
    virtual void endSession() { }

    /// After the last session.
    virtual void end() { }
};

/// A classic fault that can be told from a trace. Stateless, shared by threads. How to add one:
/// README.md in this folder.
class FindingRule
{
public:
    FindingRule() = default;
    FindingRule(const FindingRule&) = delete;
    FindingRule& operator=(const FindingRule&) = delete;
    virtual ~FindingRule() = default;

    /// Stable, lower case with dashes.
    [[nodiscard]] virtual std::string_view id() const = 0;

    /// For people, a few words: `Failed tools that are passed over`.
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// What it looks for, a line without a full stop.
    [[nodiscard]] virtual std::string_view about() const = 0;

    /// The context outlives the watch.
    [[nodiscard]] virtual std::unique_ptr<RuleWatch> watch(const RuleContext& context) const = 0;
};

using RuleRegistry = Registry<FindingRule>;

/// A rule whose watch is made of a RuleContext.
template<class Watch>
class WatchRule : public FindingRule
{
public:
    WatchRule(std::string_view id, std::string_view name, std::string_view about)
        : m_id(id)
        , m_name(name)
        , m_about(about)
    { }

    [[nodiscard]] std::string_view id() const override { return m_id; }

    [[nodiscard]] std::string_view name() const override { return m_name; }

    [[nodiscard]] std::string_view about() const override { return m_about; }

    [[nodiscard]] std::unique_ptr<RuleWatch> watch(const RuleContext& context) const override
    {
        return std::make_unique<Watch>(context);
    }

private:
    std::string_view m_id;
    std::string_view m_name;
    std::string_view m_about;
};

} // namespace tracestore
