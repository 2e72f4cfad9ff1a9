#pragma once

#include <QString>

namespace engine {

/// Kymo's folder for settings: $XDG_CONFIG_HOME/kymo, as a rule ~/.config/kymo. Need not exist.
QString configDir();

/// Where columns of large foreign files are kept for their next opening:
/// $XDG_CACHE_HOME/kymo/columns. Need not exist; may be deleted at any time.
QString columnCacheDir();

/// Where runs are recorded that the user gave no file for: $XDG_DATA_HOME/kymo/runs. Need not
/// exist.
QString runsDir();

/// Breakpoints, watches and fault rules of the desktop: $XDG_DATA_HOME/kymo/workspace.json. Need
/// not exist.
QString workspaceFile();

/// Where samples of traces are kept that nobody but their owners may write:
/// $XDG_DATA_HOME/kymo/samples. Need not exist.
QString samplesDir();

/// Where notes are kept about traces whose own files cannot hold them:
/// $XDG_DATA_HOME/kymo/notes. Need not exist.
QString notesDir();

/// Where bundles are unpacked that hold several recordings: $XDG_DATA_HOME/kymo/bundles. Need not
/// exist.
QString bundlesDir();

/// The price table of the user, which goes before ours. Need not exist.
QString userPriceFile();

/// Where Claude Code keeps its sessions, a folder for each project: ~/.claude/projects, or below
/// $CLAUDE_CONFIG_DIR as Claude Code has it. Need not exist.
QString claudeProjectsDir();

/// Codex's folder, with its sessions: ~/.codex, or $CODEX_HOME as Codex has it. Need not exist.
QString codexDir();

/// Gemini CLI's folder, with its chats below `tmp`: ~/.gemini. Need not exist.
QString geminiDir();

/// Where agents keep their sessions; one that is empty is not looked into.
struct SessionFolders
{
    QString claudeProjects;
    QString codex;
    QString gemini;

    bool operator==(const SessionFolders&) const = default;
};

/// Those of this user.
SessionFolders sessionFolders();

} // namespace engine
