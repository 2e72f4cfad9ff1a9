#pragma once

namespace gui {

class MainWindow;

/// Sets up the log of the desktop: lines on standard error, from the level that KYMO_LOG names
/// (trace, debug, info, warn, error, off), warn without it. Never holds contents of a trace.
void startLog();

/// Logs what happens to the window: files that could not be written, and stalls.
void logEventsOf(MainWindow& window);

} // namespace gui
