import { Alert, Button } from '@mui/material';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { type Problem, toProblem } from '@/api/problem';
import { Stack } from '@/components/ui/layout';
import { useSession } from '@/context/SessionContext';
import { NewPasswordField } from './NewPasswordField';
import { judgePassword } from './passwordHints';
import { signInProblem } from './signInProblem';

/** What was done just before coming to the sign-in page. */
export type SignInNotice = 'passwordReset' | 'invitationAccepted';

interface Props {
  submit: string;
  notice: SignInNotice;
  aboutYou?: string[];
  save: (password: string) => Promise<void>;
  onLinkInvalid: (problem: Problem) => void;
}

/** Choose the password that a link of a mail allows to set; afterwards sign in with it. */
export function ChoosePassword({ submit, notice, aboutYou = [], save, onLinkInvalid }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const [password, setPassword] = useState('');
  const judged = judgePassword(password, aboutYou);
  const choose = useMutation({
    mutationFn: save,
    onSuccess: async () => {
      // Whoever was signed in here was signed out by the new password, or was somebody else.
      if (session.status === 'signed_in') await session.signOut().catch(() => {});
      navigate('/login', { replace: true, state: { notice } });
    },
    onError: (error) => {
      const problem = toProblem(error);
      if (problem.code === 'link_invalid') onLinkInvalid(problem);
    },
  });
  const problem = choose.isError ? toProblem(choose.error) : null;
  const refused = problem?.about('password');
  return (
    <Stack
      component="form"
      noValidate
      gap={2}
      onSubmit={(event) => {
        event.preventDefault();
        if (judged.isGood) choose.mutate(password);
      }}
    >
      {problem && !refused && (
        <Alert severity="error" role="alert">
          {signInProblem(problem, t).text}
        </Alert>
      )}
      <NewPasswordField
        value={password}
        judged={judged}
        refused={refused}
        autoFocus
        onChange={(next) => {
          setPassword(next);
          if (choose.isError) choose.reset();
        }}
      />
      <Button
        type="submit"
        variant="contained"
        loading={choose.isPending}
        disabled={!judged.isGood}
        sx={{ minHeight: 38 }}
      >
        {submit}
      </Button>
    </Stack>
  );
}
