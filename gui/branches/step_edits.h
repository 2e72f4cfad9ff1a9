#pragma once

#include "engine/branch/make_fork.h"
#include "gui/debug/request_parts.h"

#include <nlohmann/json_fwd.hpp>

namespace gui {

/// What of a step is changed.
enum class EditSide : std::uint8_t
{
    Request,
    Outcome,
    State
};

/// Changes of the request, the outcome or the state of a recorded step, made part by part and kept
/// until a branch is made of them.
class StepEdits
{
public:
    StepEdits(EditSide side, const engine::StepInspection& step);

    [[nodiscard]] EditSide side() const { return m_side; }

    /// As they are with the changes; none where nothing is recorded.
    [[nodiscard]] std::vector<RequestPart> parts() const;

    /// A part shall be what was typed; what was typed before for it, or below it, does not count
    /// any more. Invalid: it makes no sense there.
    tracestore::Result<void> type(const std::string& path, const QString& typed);

    /// What is wrong with what was typed; empty where all is well.
    [[nodiscard]] QString problemOf(const std::string& path, const QString& typed) const;

    void takeLastBack();

    void clear() { m_edits.clear(); }

    /// In the order in which they are made.
    [[nodiscard]] const std::vector<engine::PendingEdit>& edits() const { return m_edits; }

    /// The same for an order.
    [[nodiscard]] std::vector<engine::ForkEdit> forkEdits() const;

private:
    [[nodiscard]] std::string recorded() const;
    [[nodiscard]] std::string formWith(const std::vector<engine::PendingEdit>& edits) const;
    [[nodiscard]] std::vector<RequestPart>
    partsWith(const std::vector<engine::PendingEdit>& edits) const;

    EditSide m_side;
    engine::StepInspection m_step; ///< as recorded
    std::vector<engine::PendingEdit> m_edits;
};

} // namespace gui
