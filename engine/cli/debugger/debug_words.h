#pragma once

#include "tracestore/base/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace engine::cli {

/// The commands of the line debugger, in the order of its help.
enum class DebugWordId : std::uint8_t
{
    Run,
    Continue,
    Step,
    Next,
    Finish,
    Turn,
    ReverseContinue,
    ReverseStep,
    ReverseNext,
    ReverseFinish,
    ReverseTurn,
    LastChange,
    NextChange,
    FirstHit,
    LastHit,
    NextHit,
    PreviousHit,
    GoTo,
    Play,
    Until,
    Interrupt,
    Kill,
    Say,
    Allow,
    Deny,
    Reply,
    Break,
    TemporaryBreak,
    LogPoint,
    Watch,
    Condition,
    Ignore,
    Hits,
    Commands,
    Group,
    Enable,
    Disable,
    Delete,
    Backtrace,
    Info,
    Print,
    Display,
    Undisplay,
    List,
    Edit,
    Set,
    Undo,
    Answer,
    Fail,
    Cancel,
    Inject,
    Test,
    Save,
    Source,
    Echo,
    Detach,
    Help,
    Quit
};

/// A command: how it is called, and what its help says.
struct DebugWord
{
    DebugWordId id;
    std::string_view name; ///< as gdb has it where it means the same
    std::string_view aliases; ///< apart by blanks
    std::string_view usage;
    std::string_view text; ///< a sentence or two
    std::string_view examples; ///< lines
    bool repeats = false; ///< an empty line does it again
};

std::span<const DebugWord> debugWords();

/// The command that is meant: its name, an alias, or a beginning that only one has. Invalid: none
/// is; says which are near.
tracestore::Result<const DebugWord*> findDebugWord(std::string_view typed);

/// What `help` prints: the list, or all about one command. Invalid: there is none.
tracestore::Result<std::string> debugHelp(std::string_view word);

/// What `info` tells of.
enum class InfoId : std::uint8_t
{
    Agents,
    Breakpoints,
    Budget,
    Faults,
    Kinds,
    Line,
    Pending,
    Run,
    State,
    Stack,
    Watches
};

struct InfoWord
{
    InfoId id;
    std::string_view name;
    std::string_view aliases; ///< apart by blanks
    std::string_view text; ///< for its help
};

std::span<const InfoWord> infoWords();

/// The first that is named so, or begins so. Invalid: none does; says which there are.
tracestore::Result<const InfoWord*> findInfoWord(std::string_view typed);

/// The nearest of some words, for who mistyped; empty where none is near.
std::string nearestWord(std::string_view typed, const std::vector<std::string_view>& words);

} // namespace engine::cli
