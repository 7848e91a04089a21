;;; eglot, set up as editors/README.md says.  -*- lexical-binding: t -*-
(load (expand-file-name "emacs-checks.el" (getenv "SPINE_OTHERS")) nil t)
(require 'yaml-mode)
(require 'flymake)
(add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode))
(load (expand-file-name "init.el") nil t)
(setq eglot-sync-connect 20 eglot-autoshutdown t)

(find-file "compose.yaml")
(check "other YAML keeps its mode" (eq major-mode 'yaml-mode) major-mode)
(run-hooks 'post-command-hook)
(check "and has no server" (not (eglot-current-server)))

(find-file "group.yaml")
(check "a group has spine-mode" (eq major-mode 'spine-mode) major-mode)
(run-hooks 'post-command-hook) ; eglot-ensure waits for the end of the command, which batch mode has not
(check "eglot manages it" (wait-for #'eglot-managed-p))

(defun messages () (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))
(flymake-start)
(check "diagnostics" (wait-for (lambda () (cl-find-if (lambda (text) (string-match "ingst" text)) (messages)))) (messages))

;; Batch mode is never idle, and eglot sends changes when Emacs is idle.
(defun sync () (eglot--signal-textDocument/didChange))

(defun ask (method &rest more)
  (jsonrpc-request (eglot--current-server-or-lose) method (append (eglot--TextDocumentPositionParams) more)))

(goto-char (point-min))
(search-forward "name: rolling")
(let ((hover (ask :textDocument/hover)))
  (check "hover" (string-match "aggregate" (format "%S" hover)) hover))

(search-forward "[aggregate")
(let ((found (xref-backend-definitions 'eglot (xref-backend-identifier-at-point 'eglot))))
  (check "definition" (= 1 (length found)) found))

(search-forward "]")
(backward-char)
(insert ", ing")
(sync)
(let* ((found (run-hook-with-args-until-success 'completion-at-point-functions))
       (all (and found (all-completions "ing" (nth 2 found)))))
  (check "completion" (member "ingest" (mapcar #'substring-no-properties all)) all))
(undo-boundary)
(delete-char -5)
(sync)

(goto-char (point-min))
(search-forward "[ings")
(let* ((actions (append (eglot-code-actions (point) (1+ (point)) nil nil) nil))
       (mend (cl-find-if (lambda (action) (string-match "ingest" (plist-get action :title))) actions)))
  (check "code actions" mend actions)
  (when mend
    (unless (plist-get mend :edit)
      (setq mend (jsonrpc-request (eglot--current-server-or-lose) :codeAction/resolve mend)))
    (eglot--apply-workspace-edit (plist-get mend :edit))
    (check "a code action mends the typo" (save-excursion (goto-char (point-min)) (search-forward "[ingest]" nil t)))
    (check "its diagnostic goes"
           (progn
             (sync)
             (wait-for (lambda () (not (cl-find-if (lambda (text) (string-match "ingst" text)) (messages))))))
           (messages))))

(goto-char (point-min))
(search-forward "name: publish")
(eglot-rename "release")
(check "rename" (save-excursion (goto-char (point-min)) (search-forward "[ingest, release]" nil t)) (buffer-string))

(spine-graph)
(let ((drawing (with-current-buffer "*spine graph*" (buffer-string))))
  (check "the graph" (and (string-match "rolling" drawing) (string-match "in a cycle" drawing)) drawing))

(eglot-shutdown (eglot-current-server))
(finish)
