-- Neovim's Lua: LuaJIT, and `vim`, whose option tables are written to.
std = 'luajit'
globals = { 'vim' }
max_line_length = 120 -- the formatter wraps at 110; a text may run on
