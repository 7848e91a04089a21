-- nvim --headless -u NONE -l run.lua PART PARTS [SOME OF A NAME]: runs the tests of this folder, or one part of them.

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
require('harness').run(assert(tonumber(_G.arg[1])), assert(tonumber(_G.arg[2])), _G.arg[3])
