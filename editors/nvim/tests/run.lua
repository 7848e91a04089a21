-- nvim --headless -u NONE -l run.lua [PART OF A NAME]: runs the tests of this folder.

package.path = vim.env.SPINE_TESTS .. '/?.lua;' .. package.path
for name in
  vim.spairs(vim.iter(vim.fs.dir(vim.env.SPINE_TESTS)):fold({}, function(all, name)
    all[name] = true
    return all
  end))
do
  if name:find('^test_.*%.lua$') then
    dofile(vim.env.SPINE_TESTS .. '/' .. name)
  end
end
require('harness').run(_G.arg[1])
