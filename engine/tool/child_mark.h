#pragma once

#include <QByteArray>

namespace engine {

/// The variable of the environment that holds a mark.
inline constexpr const char* kChildMarkVariable = "KYMO_CHILD";

/// A mark that no other process on this machine has, made of who starts it and for which time: what
/// is started with it in its environment is found again with all that it starts, also what has left
/// its group and its parent (a daemon).
QByteArray childMark(const void* owner, int start);

/// Kills all that has a mark, and what they start meanwhile. What has taken the mark out of its
/// environment is not found. Takes some milliseconds. Only on Linux.
void killMarked(const QByteArray& mark);

} // namespace engine
