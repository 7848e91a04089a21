;;; lsp-mode, set up as editors/README.md says.  -*- lexical-binding: t -*-
(load (expand-file-name "emacs-checks.el" (getenv "SPINE_OTHERS")) nil t)
(require 'yaml-mode)
(require 'lsp-mode)
(require 'lsp-lens)
(require 'lsp-diagnostics)
(setq lsp-auto-guess-root t lsp-enable-file-watchers nil lsp-restart 'ignore lsp-keep-workspace-alive nil
      lsp-session-file (make-temp-file "lsp-session") lsp-diagnostics-provider :flymake
      lsp-warn-no-matched-clients nil lsp-enable-suggest-server-download nil lsp-disabled-clients '(yamlls))
(add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yaml-mode))
(load (expand-file-name "init.el") nil t)

(find-file "compose.yaml")
(check "other YAML keeps its mode" (eq major-mode 'yaml-mode) major-mode)

(find-file "group.yaml")
(check "a group has spine-mode" (eq major-mode 'spine-mode) major-mode)
(lsp-workspace-folders-add default-directory)
(lsp)
(check "the server is ready"
       (wait-for (lambda () (and (lsp-workspaces) (eq 'initialized (lsp--workspace-status (car (lsp-workspaces))))))))

(defun seen () (gethash (lsp--fix-path-casing (file-truename buffer-file-name)) (lsp-diagnostics t)))
(check "diagnostics" (wait-for (lambda () (string-match "ingst" (format "%S" (seen))))) (seen))

(goto-char (point-min))
(search-forward "name: rolling")
(let ((hover (lsp-request "textDocument/hover" (lsp--text-document-position-params))))
  (check "hover" (string-match "aggregate" (format "%S" hover)) hover))
(search-forward "[aggregate")
;; In the middle of the word: behind it, what is typed in full is left alone.
(let ((found (save-excursion
               (backward-char 4)
               (lsp-request "textDocument/completion" (lsp--text-document-position-params)))))
  (check "completion" (string-match "aggregate" (format "%S" found)) found))
(let ((found (lsp-request "textDocument/definition" (lsp--text-document-position-params))))
  (check "definition" (string-match "group.yaml" (format "%S" found)) found))
(let* ((lenses (append (lsp-request "textDocument/codeLens" `(:textDocument ,(lsp--text-document-identifier))) nil))
       (whole (mapcar (lambda (lens) (lsp-request "codeLens/resolve" lens)) lenses)))
  (check "lenses" (string-match "Show graph" (format "%S" whole)) whole))
(let ((answer (lsp-request "workspace/executeCommand"
                           `(:command "spine.showResolvedOrder" :arguments ,(vector `(:uri ,(lsp--buffer-uri)))))))
  (check "commands" (string-match "finra.broken_refresh" (format "%S" answer)) answer))
(lsp-rename "turning")
(check "rename" (save-excursion (goto-char (point-min)) (search-forward "[turning]" nil t)) (buffer-string))

(let ((workspace (car (lsp-workspaces))))
  (lsp-workspace-shutdown workspace)
  (check "the server ends" (wait-for (lambda () (not (process-live-p (lsp--workspace-cmd-proc workspace)))))))
(finish)
