#pragma once

#include "gui/theme/theme.h"
#include "tracestore/model/trace.h"

namespace gui {

/// What the user did to a step, by hand or by a rule of the debugger, as the recording tells.
struct StepChange
{
    bool isEdited = false; ///< what it sent, or what came back
    bool isAnswered = false; ///< nothing was sent: the user answered
    bool isFaulted = false; ///< a fault was injected
    std::string_view fault; ///< `timeout`, where it is known; of the trace

    bool operator==(const StepChange&) const = default;

    /// What became of several steps together; the fault of the first that has one.
    void add(const StepChange& other);

    [[nodiscard]] bool isAny() const { return isEdited || isAnswered || isFaulted; }
};

/// Of a step, and of the row below it that says so. Costs the first few steps below it.
StepChange changeOf(const tracestore::Trace& trace, tracestore::SpanId span);

/// `edited, fault injected: timeout`; empty where nothing was changed.
QString changeWords(const StepChange& change);

/// The icon that marks a changed step in every view, and the role of its colour.
struct ChangeMark
{
    QString icon; ///< empty where nothing was changed
    ColorRole role = ColorRole::TextDim;

    bool operator==(const ChangeMark&) const = default;
};

ChangeMark changeMark(const StepChange& change);

} // namespace gui
